#include "read/pcapng_section.h"

#include <stdlib.h>

#include "read/read_error.h"

// As many as the old Packet Block can name.
enum { INTERFACES_MAX = 65536 };

enum {
	OPTION_DROPPED = 5,
	OPTION_OS_DROPPED = 7,
	OPTION_RESOLUTION = 9,
	OPTION_OFFSET = 14,
};

uint64_t pcapng_section_u64(const struct pcapng_section *s, const uint8_t *b)
{
	uint64_t first = section_u32(s, b), second = section_u32(s, b + 4);
	return s->big ? first << 32 | second : second << 32 | first;
}

static uint64_t add_saturated(uint64_t a, uint64_t b)
{
	return a + b < a ? UINT64_MAX : a + b;
}

void pcapng_section_next(struct pcapng_section *s)
{
	s->drops = pcapng_section_drops(s);
	s->interfaces = 0;
}

void pcapng_section_free(struct pcapng_section *s)
{
	free(s->interface);
	s->interface = NULL;
	s->interfaces = s->room = 0;
}

static struct interface *interface_new(struct pcapng_section *s)
{
	if (s->interfaces == s->room) {
		size_t room = s->room ? s->room * 2 : 8;
		void *more =
		    realloc(s->interface, room * sizeof(*s->interface));
		if (!more)
			return NULL;
		s->interface = more;
		s->room = room;
	}
	return &s->interface[s->interfaces++];
}

static bool interface_option(const struct pcapng_section *s,
			     struct interface *i, const struct option *o)
{
	if (o->code == OPTION_RESOLUTION && o->value.n > 0)
		return pcapng_clock_resolution(&i->clock, o->value.p[0]);
	if (o->code == OPTION_OFFSET && o->value.n >= 8)
		i->clock.offset = (int64_t)pcapng_section_u64(s, o->value.p);
	return true;
}

const char *pcapng_section_interface(struct pcapng_section *s,
				     struct bytes body)
{
	struct bytes head;
	struct option o;
	if (!bytes_cut(&body, 8, &head))
		return "an interface description is too short";
	if (s->interfaces == INTERFACES_MAX)
		return "too many interfaces";
	struct interface *i = interface_new(s);
	if (!i)
		return READ_ERROR_MEMORY;
	*i = (struct interface){ .link = section_u16(s, head.p),
				 .snaplen = section_u32(s, head.p + 4),
				 .clock = pcapng_clock_default };
	while (option_next(s, &body, &o))
		if (!interface_option(s, i, &o))
			return "impossible resolution of time";
	return NULL;
}

// The counters run from the start of the capture, so the latest are right. All
// ones: some writers' way to say that they don't know.
void pcapng_section_statistics(struct pcapng_section *s, struct bytes body)
{
	struct bytes head;
	struct option o;
	uint64_t drops = 0;
	if (!bytes_cut(&body, 12, &head))
		return;
	uint32_t n = section_u32(s, head.p);
	if (n >= s->interfaces)
		return;
	while (option_next(s, &body, &o)) {
		if (o.code != OPTION_DROPPED && o.code != OPTION_OS_DROPPED)
			continue;
		if (o.value.n >= 8 &&
		    pcapng_section_u64(s, o.value.p) != UINT64_MAX)
			drops = add_saturated(drops,
					      pcapng_section_u64(s, o.value.p));
	}
	s->interface[n].drops_told = drops;
}

void interface_drop(struct interface *i, uint64_t n)
{
	i->drops_counted = add_saturated(i->drops_counted, n);
}

// Both counters may be there; each is a lower bound of the truth.
uint64_t pcapng_section_drops(const struct pcapng_section *s)
{
	uint64_t sum = s->drops;
	for (size_t n = 0; n < s->interfaces; n++) {
		const struct interface *i = &s->interface[n];
		sum = add_saturated(sum, i->drops_told > i->drops_counted
					     ? i->drops_told
					     : i->drops_counted);
	}
	return sum;
}

bool option_next(const struct pcapng_section *s, struct bytes *b,
		 struct option *o)
{
	struct bytes head, padding;
	if (!bytes_cut(b, 4, &head))
		return false;
	o->code = section_u16(s, head.p);
	uint16_t n = section_u16(s, head.p + 2);
	if (o->code == 0 || !bytes_cut(b, n, &o->value))
		return false;
	return bytes_cut(b, -n & 3U, &padding);
}
