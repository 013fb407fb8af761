// Time stamps of pcapng interfaces: ticks of a power of ten or two.
#ifndef TCPWHY_TICKS_H
#define TCPWHY_TICKS_H

#include <stdbool.h>
#include <stdint.h>

// Times beyond this (the year 2116) are cut to it, those before 1970 to 0: so
// twice the difference of any two and half a minute never overflow.
#define TICKS_LIMIT ((INT64_C(1) << 62) - (INT64_C(1) << 34))

struct ticks {
	uint64_t per_second;
	uint8_t shift;  // if above 0: per_second is 1 << shift
	uint32_t ns;    // nanoseconds a tick, 0 if that is no whole number
	int64_t offset; // seconds
};

// Microseconds, as interfaces have by default.
extern const struct ticks ticks_default;

// Sets the resolution from an if_tsresol option; false: it's impossible.
bool ticks_resolution(struct ticks *t, uint8_t tsresol);

// Nanoseconds since 1970.
int64_t ticks_time(const struct ticks *t, uint64_t n);

#endif
