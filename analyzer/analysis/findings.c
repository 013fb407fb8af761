#include "analysis/findings.h"

#include "base/nanoseconds.h"

// A finding is its fact, a byte that tells its side and which of its four
// numbers are not 0, and those: seven bits a byte, the lowest first.
enum { NUMBERS = 4, SIDE_BITS = 3, LONGEST = 2 + NUMBERS * 10 };

// Measures are a byte that tells which of them are not 0, and those; times in
// whole microseconds.
enum { MEASURES = 6, MEASURES_LONGEST = 1 + MEASURES * 10 };
// The findings of a connection lie in one block.
enum { SHIFT = 20, BLOCK = 1 << SHIFT };

_Static_assert(MEASURES_LONGEST + EVIDENCE_FINDINGS * LONGEST <= BLOCK,
	       "all fit into a block");

void findings_init(struct findings *s)
{
	*s = (struct findings){ .bytes = { .each = 1, .shift = SHIFT } };
}

void findings_free(struct findings *s)
{
	blocks_free(&s->bytes);
}

// Small negative numbers shall be short, too.
static uint64_t folded(int64_t v)
{
	return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static int64_t unfolded(uint64_t v)
{
	return (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}

static uint8_t *put_number(uint8_t *p, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*p++ = (uint8_t)(v | 0x80);
	*p++ = (uint8_t)v;
	return p;
}

static const uint8_t *get_number(const uint8_t *p, uint64_t *v)
{
	unsigned shift = 0;

	for (*v = 0; *p & 0x80; shift += 7)
		*v |= (uint64_t)(*p++ & 0x7f) << shift;
	*v |= (uint64_t)*p++ << shift;
	return p;
}

static uint8_t *put_one(uint8_t *p, const struct finding *f, uint64_t base)
{
	const uint64_t raw[NUMBERS] = { f->frame, f->other, (uint64_t)f->a,
					(uint64_t)f->b };
	uint8_t *head = p;

	p[0] = f->fact;
	p[1] = f->side;
	p += 2;
	for (unsigned i = 0; i < NUMBERS; i++) {
		if (!raw[i])
			continue;
		head[1] |= (uint8_t)(1 << SIDE_BITS << i);
		p = put_number(p,
			       folded((int64_t)(raw[i] - (i < 2 ? base : 0))));
	}
	return p;
}

static uint8_t *put_measures(uint8_t *p, const struct measures *m)
{
	const uint64_t v[MEASURES] = {
		((uint64_t)m->rtt + US - 1) / US,
		(uint64_t)m->idle / US,
		(uint64_t)m->zero_window / US,
		m->missing,
		m->retransmissions[0],
		m->retransmissions[1],
	};
	uint8_t *head = p++;

	*head = 0;
	for (unsigned i = 0; i < MEASURES; i++) {
		if (!v[i])
			continue;
		*head |= (uint8_t)(1 << i);
		p = put_number(p, v[i]);
	}
	return p;
}

static const uint8_t *get_measures(const uint8_t *p, struct measures *m)
{
	uint64_t v[MEASURES] = { 0 };
	uint8_t head = *p++;

	for (unsigned i = 0; i < MEASURES; i++)
		if (head >> i & 1)
			p = get_number(p, &v[i]);
	*m = (struct measures){
		.rtt = (int64_t)v[0] * US,
		.idle = (int64_t)v[1] * US,
		.zero_window = (int64_t)v[2] * US,
		.missing = v[3],
		.retransmissions = { v[4], v[5] },
	};
	return p;
}

bool findings_put(struct findings *s, const struct measures *m,
		  const struct finding *f, size_t n, uint64_t base,
		  uint32_t *at)
{
	size_t first = s->n, most = MEASURES_LONGEST + n * LONGEST;
	uint8_t *begin, *p;

	if (BLOCK - first % BLOCK < most)
		first += BLOCK - first % BLOCK;
	if (first + most > UINT32_MAX || !blocks_reach(&s->bytes, first + most))
		return false;
	begin = blocks_item(&s->bytes, first, 1, SHIFT);
	p = put_measures(begin, m);
	for (size_t i = 0; i < n; i++)
		p = put_one(p, &f[i], base);
	s->n = first + (size_t)(p - begin);
	*at = (uint32_t)first;
	return true;
}

static const uint8_t *get_one(const uint8_t *p, uint64_t base,
			      struct finding *out)
{
	uint64_t v[NUMBERS] = { 0 };
	uint8_t head = p[1];

	out->fact = p[0];
	out->side = head & ((1 << SIDE_BITS) - 1);
	p += 2;
	for (unsigned i = 0; i < NUMBERS; i++) {
		if (!(head >> SIDE_BITS >> i & 1))
			continue;
		p = get_number(p, &v[i]);
		v[i] = (uint64_t)unfolded(v[i]) + (i < 2 ? base : 0);
	}
	out->frame = v[0];
	out->other = v[1];
	out->a = (int64_t)v[2];
	out->b = (int64_t)v[3];
	return p;
}

void findings_get(const struct findings *s, size_t at, size_t n, uint64_t base,
		  struct finding *out)
{
	struct measures ignored;
	const uint8_t *p;

	if (!n)
		return;
	p = get_measures(blocks_item(&s->bytes, at, 1, SHIFT), &ignored);
	for (size_t i = 0; i < n; i++)
		p = get_one(p, base, &out[i]);
}

struct measures findings_measures(const struct findings *s, size_t at)
{
	struct measures m = { 0 };

	if (at < s->n)
		get_measures(blocks_item(&s->bytes, at, 1, SHIFT), &m);
	return m;
}
