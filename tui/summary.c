#include "summary.h"

#include "base/nanoseconds.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 256, ENTRIES_MOST = 1 << 16 };

// Tables ---------------------------------------------------------------------

static bool is_same_entry(const struct summary_entry *a,
			  const struct summary_entry *b)
{
	return !addr_cmp(&a->addr, &b->addr);
}

// The slot of key: its entry's, or the free one where it belongs.
static uint32_t *slot_of(const struct summary_ranking *r,
			 const struct summary_entry *key)
{
	size_t i = (size_t)addr_mix(0, &key->addr) & (r->slots - 1);

	while (r->slot[i] && !is_same_entry(&r->entry[r->slot[i] - 1], key))
		i = (i + 1) & (r->slots - 1);
	return &r->slot[i];
}

static bool resize(struct summary_ranking *r, size_t slots)
{
	uint32_t *slot = calloc(slots, sizeof *slot);
	struct summary_entry *entry =
	    realloc(r->entry, slots / 2 * sizeof *entry);

	if (entry)
		r->entry = entry;
	if (!slot || !entry) {
		free(slot);
		return false;
	}
	free(r->slot);
	r->slot = slot;
	r->slots = slots;
	for (size_t i = 0; i < r->count; i++)
		*slot_of(r, &r->entry[i]) = (uint32_t)i + 1;
	return true;
}

// The entry of key, made if need be; NULL: there are too many of them.
static struct summary_entry *find_entry(struct summary_ranking *r,
					const struct summary_entry *key)
{
	uint32_t *slot = slot_of(r, key);

	if (*slot)
		return &r->entry[*slot - 1];
	if (r->count == ENTRIES_MOST)
		return NULL;
	if (r->count == r->slots / 2) {
		if (!resize(r, r->slots * 2))
			return NULL;
		slot = slot_of(r, key);
	}
	r->entry[r->count] = *key;
	*slot = (uint32_t)++r->count;
	return &r->entry[r->count - 1];
}

// Taking in ------------------------------------------------------------------

static void count_end(struct summary_ranking *r, const struct addr *addr,
		      const struct connection *c, uint32_t i)
{
	const struct summary_entry key = { .addr = *addr };
	struct summary_entry *e = find_entry(r, &key);

	if (!e) {
		r->others++;
		return;
	}
	if (!e->total++)
		e->first = i;
	e->eventful += connection_eventful(c);
}

static void take_time(struct summary *s, const struct connection *c)
{
	int64_t bin = s->step ? (c->end - s->from) / s->step : 0;

	if (c->verdict == STILL_OPEN || bin < 0 || (size_t)bin >= s->bins)
		return;
	s->ended[bin]++;
	s->troubled[bin] += connection_eventful(c);
}

static void take_connection(struct summary *s, uint32_t i)
{
	const struct connection *c = analysis_get(s->analysis, i);
	struct finding all[EVIDENCE_FINDINGS];
	const struct finding *f = analysis_findings(s->analysis, c, all);

	for (size_t k = 0; k < c->findings; k++) {
		if (finding_role(&f[k]) == ROLE_LIMIT)
			s->limits[f[k].fact]++;
	}
	s->verdicts[c->verdict]++;
	s->eventful += connection_eventful(c);
	count_end(&s->ranking[RANK_SERVERS], &c->addr[SERVER], c, i);
	count_end(&s->ranking[RANK_CLIENTS], &c->addr[CLIENT], c, i);
	take_time(s, c);
}

// Time -----------------------------------------------------------------------

// The least round step with which a span fits into the bins.
static int64_t round_step(int64_t span)
{
	static const int64_t longer[] = { 1,    2,    5,     10,    15,   30,
					  60,   120,  300,   600,   900,  1800,
					  3600, 7200, 10800, 21600, 43200 };
	int64_t least = span / (SUMMARY_BINS - 1) + 1, step;

	for (step = 1000; step < SECOND; step *= 10) {
		if (step >= least)
			return step;
		if (2 * step >= least)
			return 2 * step;
		if (5 * step >= least)
			return 5 * step;
	}
	for (size_t i = 0; i < sizeof longer / sizeof *longer; i++) {
		if (longer[i] * SECOND >= least)
			return longer[i] * SECOND;
	}
	for (step = DAY; step < least; step += DAY)
		;
	return step;
}

static void place_bins(struct summary *s)
{
	const struct tally *t = analysis_tally(s->analysis);

	if (!t->any)
		return;
	s->step = round_step(t->last - t->first);
	s->from = t->first / s->step * s->step;
	s->bins = (size_t)((t->last - s->from) / s->step) + 1;
	if (s->bins > SUMMARY_BINS)
		s->bins = SUMMARY_BINS;
}

// The whole ------------------------------------------------------------------

bool summary_begin(struct summary *s, const struct report *r)
{
	summary_release(s);
	s->analysis = r->analysis;
	s->total = analysis_count(r->analysis);
	s->search = clusters_begin(r);
	if (!s->search)
		return false;
	place_bins(s);
	for (size_t i = 0; i < SUMMARY_TABLES; i++) {
		if (!resize(&s->ranking[i], SLOTS_FIRST))
			return false;
	}
	return true;
}

void summary_release(struct summary *s)
{
	for (size_t i = 0; i < SUMMARY_TABLES; i++) {
		free(s->ranking[i].entry);
		free(s->ranking[i].slot);
	}
	if (s->search)
		clusters_end(s->search, &s->clusters);
	clusters_release(&s->clusters);
	*s = (struct summary){ 0 };
}

static int by_trouble(const void *left, const void *right)
{
	const struct summary_entry *a = left, *b = right;

	if (a->eventful != b->eventful)
		return a->eventful < b->eventful ? 1 : -1;
	if (a->total != b->total)
		return a->total < b->total ? 1 : -1;
	return a->first < b->first ? -1 : a->first > b->first;
}

bool summary_work(struct summary *s, size_t budget)
{
	if (!s->search)
		return false;
	for (; budget > 0 && s->done < s->total; budget--)
		take_connection(s, (uint32_t)s->done++);
	if (s->done < s->total || clusters_work(s->search, budget))
		return true;
	// Without memory for them, the overview lacks them alone.
	if (!clusters_end(s->search, &s->clusters))
		s->clusters.n = 0;
	s->search = NULL;
	for (size_t i = 0; i < SUMMARY_TABLES; i++)
		qsort(s->ranking[i].entry, s->ranking[i].count,
		      sizeof *s->ranking[i].entry, by_trouble);
	return false;
}
