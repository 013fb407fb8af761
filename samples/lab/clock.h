// Time in nanoseconds. Captures carry CLOCK_REALTIME, the path and the kernel's
// trace run on CLOCK_MONOTONIC.
#ifndef LAB_CLOCK_H
#define LAB_CLOCK_H

#include <stdint.h>
#include <time.h>

#include "base/nanoseconds.h"

static inline int64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * SECOND + t.tv_nsec;
}

static inline struct timespec clock_spec(int64_t ns)
{
	struct timespec t = { .tv_sec = (time_t)(ns / SECOND),
			      .tv_nsec = (long)(ns % SECOND) };

	return t;
}

static inline void clock_rest(int64_t ns)
{
	struct timespec t = clock_spec(ns);

	nanosleep(&t, 0);
}

#endif
