// What a pcapng section sets for its blocks: the byte order, and interfaces
// with their link types, clocks and drop counters.
#ifndef TCPWHY_PCAPNG_SECTION_H
#define TCPWHY_PCAPNG_SECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "read/pcapng_time.h"

struct interface {
	uint32_t link, snaplen;
	struct pcapng_clock clock;
	uint64_t drops_told;    // by the latest statistics block
	uint64_t drops_counted; // by packets, each since the one before
};

struct pcapng_section {
	bool big; // big-endian
	struct interface *interface;
	size_t interfaces, room;
	uint64_t drops; // of the sections before this one
};

static inline uint16_t section_u16(const struct pcapng_section *s,
				   const uint8_t *b)
{
	return s->big ? be16(b) : le16(b);
}

static inline uint32_t section_u32(const struct pcapng_section *s,
				   const uint8_t *b)
{
	return s->big ? be32(b) : le32(b);
}

uint64_t pcapng_section_u64(const struct pcapng_section *s, const uint8_t *b);

// Starts the next one: no interfaces yet; those of the one before are gone,
// what they dropped stays.
void pcapng_section_next(struct pcapng_section *s);
void pcapng_section_free(struct pcapng_section *s);

// The body of an interface description block. NULL, or what is wrong with it.
const char *pcapng_section_interface(struct pcapng_section *s,
				     struct bytes body);

// The body of an interface statistics block.
void pcapng_section_statistics(struct pcapng_section *s, struct bytes body);

// n more packets dropped on i.
void interface_drop(struct interface *i, uint64_t n);

// All that was dropped, the sections before included.
uint64_t pcapng_section_drops(const struct pcapng_section *s);

struct option {
	uint16_t code;
	struct bytes value;
};

// Takes the next option off *b. False: there is none, or what is there is no
// option; options are extras, so a block with bad ones is not thrown away.
bool option_next(const struct pcapng_section *s, struct bytes *b,
		 struct option *o);

#endif
