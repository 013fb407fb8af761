#include "read/pcapng_time.h"

#include "base/nanoseconds.h"

const struct pcapng_clock pcapng_clock_default = { .per_second = 1000000,
						   .ns = 1000 };

bool pcapng_clock_resolution(struct pcapng_clock *t, uint8_t tsresol)
{
	uint8_t n = tsresol & 0x7f;
	bool binary = tsresol & 0x80;
	if (n > (binary ? 63 : 19))
		return false;
	t->shift = binary ? n : 0;
	t->per_second = binary ? UINT64_C(1) << n : 1;
	for (uint8_t i = 0; !binary && i < n; i++)
		t->per_second *= 10;
	t->ns = SECOND % t->per_second ? 0 : (uint32_t)(SECOND / t->per_second);
	return true;
}

// Nanoseconds of less than a second's ticks, without overflow on the way.
static uint64_t ticks_fraction(const struct pcapng_clock *t, uint64_t n)
{
	if (t->shift > 32)
		return (n >> (t->shift - 32)) * SECOND >> 32;
	if (t->shift > 0)
		return n * SECOND >> t->shift;
	return t->per_second > SECOND ? n / (t->per_second / SECOND)
				      : n * (SECOND / t->per_second);
}

static int64_t clamp(int64_t seconds, uint64_t ns)
{
	if (seconds >= PCAPNG_TIME_LIMIT / SECOND)
		return PCAPNG_TIME_LIMIT;
	if (seconds < 0)
		return 0;
	return seconds * SECOND + (int64_t)ns;
}

int64_t pcapng_clock_time(const struct pcapng_clock *t, uint64_t n)
{
	if (t->ns && t->offset == 0 && n <= (uint64_t)PCAPNG_TIME_LIMIT / t->ns)
		return (int64_t)(n * t->ns);
	uint64_t s = n / t->per_second,
		 ns = ticks_fraction(t, n % t->per_second);
	if (s > (uint64_t)PCAPNG_TIME_LIMIT)
		s = (uint64_t)PCAPNG_TIME_LIMIT;
	if (t->offset > PCAPNG_TIME_LIMIT || t->offset < -PCAPNG_TIME_LIMIT)
		return t->offset > 0 ? PCAPNG_TIME_LIMIT : 0;
	return clamp((int64_t)s + t->offset, ns);
}
