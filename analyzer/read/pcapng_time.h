// Time stamps of pcapng interfaces: ticks of a power of ten or two.
#ifndef TCPWHY_PCAPNG_TIME_H
#define TCPWHY_PCAPNG_TIME_H

#include <stdbool.h>
#include <stdint.h>

// Times beyond this (the year 2116) are cut to it, those before 1970 to 0: so
// twice the difference of any two and half a minute never overflow.
#define PCAPNG_TIME_LIMIT ((INT64_C(1) << 62) - (INT64_C(1) << 34))

struct pcapng_clock {
	uint64_t per_second;
	uint8_t shift;  // if above 0: per_second is 1 << shift
	uint32_t ns;    // nanoseconds a tick, 0 if that is no whole number
	int64_t offset; // seconds
};

// Microseconds, as interfaces have by default.
extern const struct pcapng_clock pcapng_clock_default;

// Sets the resolution from an if_tsresol option; false: it's impossible.
bool pcapng_clock_resolution(struct pcapng_clock *t, uint8_t tsresol);

// Nanoseconds since 1970.
int64_t pcapng_clock_time(const struct pcapng_clock *t, uint64_t n);

#endif
