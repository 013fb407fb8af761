#include "pair.h"

#include <stdlib.h>

struct pair {
	const struct analysis *analysis[2];
	struct paired *paired;
	struct pair_fact *fact;
	struct pair_sum sum;
};

const struct paired *pair_get(const struct pair *p, size_t i)
{
	return &p->paired[i];
}

const struct pair_fact *pair_facts(const struct pair *p,
				   const struct paired *one)
{
	return p->fact + one->fact;
}

const struct pair_sum *pair_sum(const struct pair *p)
{
	return &p->sum;
}

const struct analysis *pair_analysis(const struct pair *p, enum pair_end end)
{
	return p->analysis[end];
}

struct pair *pair_new(void)
{
	return calloc(1, sizeof(struct pair));
}

void pair_free(struct pair *p)
{
	free(p);
}

bool pair_frame(struct pair *p, enum pair_end end, const struct frame *f)
{
	return p && f && end <= PAIR_SERVER;
}

bool pair_settle(struct pair *p, const struct analysis *client,
		 const struct analysis *server, const bool dropped[2])
{
	p->analysis[0] = client;
	p->analysis[1] = server;
	return dropped[0] || true;
}
