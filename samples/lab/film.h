// Packets kept in memory, by one vantage point, until they are written as a
// pcap file.
#ifndef LAB_FILM_H
#define LAB_FILM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FILM_SNAP = 120 }; // bytes kept of each packet

struct shot {
	int64_t time; // CLOCK_REALTIME, ns
	uint32_t len; // on the wire
	uint16_t cap; // kept
	uint8_t data[FILM_SNAP];
};

struct film {
	struct shot *shot;
	size_t n, room;
};

// False: no memory.
bool film_add(struct film *f, int64_t time, const uint8_t *p, size_t cap,
	      size_t len);

// Takes all of from's shots that keep() lets pass.
bool film_join(struct film *f, const struct film *from,
	       bool (*keep)(const struct shot *s, void *arg), void *arg);

// By time; shots of one time stay in their order.
void film_sort(struct film *f);

// Writes a raw-IP pcap file with nanoseconds. False: errno says why.
bool film_write(const struct film *f, const char *path);

void film_free(struct film *f);

#endif
