// A small seeded generator: the same seed plays the same scenarios.
#ifndef LAB_RNG_H
#define LAB_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
	uint64_t s;
};

static inline uint64_t rng_next(struct rng *r)
{
	uint64_t z = r->s += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

// A number in [low, high].
static inline int rng_int(struct rng *r, int low, int high)
{
	uint64_t span = (uint64_t)(high - low) + 1;

	return low + (int)(rng_next(r) % span);
}

static inline bool rng_flip(struct rng *r)
{
	return rng_next(r) >> 63;
}

#endif
