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
