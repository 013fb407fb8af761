#include "analysis/twin_wait.h"

#include <stdbool.h>

static bool waits(const struct twin_wait *w, uint32_t i)
{
	for (size_t k = 0; k < w->n; k++)
		if (w->index[k] == i)
			return true;
	return false;
}

// Once that many more have begun, none of those to come is looked at, so no
// more than TWIN_WAITS - 1 go on waiting.
static bool all_have_begun(const struct flow_table *t, uint32_t i)
{
	return flow_count(t) > (size_t)i + FLOW_NEAR;
}

size_t twin_wait(struct twin_wait *w, const struct flow_table *t, uint32_t i,
		 uint32_t *alone)
{
	size_t left = 0, n = 0;

	if (!waits(w, i))
		w->index[w->n++] = i;
	for (size_t k = 0; k < w->n; k++) {
		uint32_t who = w->index[k];
		if (!all_have_begun(t, who))
			w->index[left++] = who;
		else if (flow_kept(t, who) && !flow_began_alike(t, who))
			alone[n++] = who;
	}
	w->n = left;
	return n;
}
