// An analysis as a whole: its life, what it is told to do, what came of it.
#include "analysis/analysis_own.h"

#include <stdlib.h>

// How many connections that were told are remembered: ten megabytes, or a third
// of the limit.
enum { REMEMBERED = 1 << 16, REMEMBERED_BYTES = 3 * 160 };

struct analysis *analysis_new(void)
{
	struct analysis *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->flows = flow_table_new();
	if (!a->flows || !decider_init(&a->decider, a->flows)) {
		analysis_free(a);
		return NULL;
	}
	return a;
}

void analysis_free(struct analysis *a)
{
	if (!a)
		return;
	steps_free(a);
	free(a->shown);
	if (a->jobs)
		jobs_finish(a->jobs);
	jobs_free(a->jobs);
	decider_free(&a->decider);
	flow_table_free(a->flows);
	free(a);
}

void analysis_watch(struct analysis *a, size_t number)
{
	a->watched = number;
	flow_watch(a->flows, (uint32_t)number - 1);
}

void analysis_without(struct analysis *a, unsigned what)
{
	if (what & ANALYSIS_ZEEK)
		flow_without_zeek(a->flows);
	a->decider.without_findings = what & ANALYSIS_FINDINGS;
	a->decider.short_clean_close =
	    what & ANALYSIS_ZEEK && what & ANALYSIS_ORDERLY_FINDINGS;
	a->decider.short_failed_handshake =
	    what & ANALYSIS_ZEEK && what & ANALYSIS_FINDINGS;
}

void analysis_split(struct analysis *a)
{
	a->may_split = true;
}

void analysis_stream(struct analysis *a)
{
	flow_reuse(a->flows);
	a->decider.streaming = true;
	a->may_split = false;
}

void analysis_limit(struct analysis *a, size_t bytes, struct spill *file)
{
	a->limit = bytes;
	a->spill = file;
}

// Streams --------------------------------------------------------------------

bool analysis_flush(struct analysis *a)
{
	return hot_batch(a, NULL);
}

size_t analysis_done(const struct analysis *a, uint32_t done[ANALYSIS_DONE])
{
	return flow_done(a->flows, done);
}

void analysis_forget(struct analysis *a, size_t n)
{
	size_t most = REMEMBERED;
	uint32_t next[ANALYSIS_DONE];

	if (a->limit && a->limit / REMEMBERED_BYTES < most)
		most = a->limit / REMEMBERED_BYTES;
	flow_forget(a->flows, n, a->tally.last, most);
	if (!flow_done(a->flows, next))
		decide_forget(&a->decider);
}

uint32_t *analysis_rest(const struct analysis *a, size_t *n)
{
	return flow_rest(a->flows, n);
}

static size_t record_of(const struct analysis *a, size_t i)
{
	return a->shown ? a->shown[i] : i;
}

uint64_t analysis_number(const struct analysis *a, size_t i)
{
	return flow_number(a->flows, record_of(a, i));
}

const struct connection *analysis_record(const struct analysis *a,
					 uint64_t number)
{
	return flow_record(a->flows, (size_t)number - 1);
}

size_t analysis_index(const struct analysis *a, uint64_t number)
{
	size_t i = number && number <= SIZE_MAX ? (size_t)number - 1 : SIZE_MAX;

	if (!a->shown)
		return i < a->settled ? i : a->settled;
	// No record comes behind its place among all of them.
	i = i < a->settled ? i : a->settled;
	while (i && (i == a->settled || a->shown[i] >= number))
		i--;
	return i < a->settled && a->shown[i] + UINT64_C(1) == number
		   ? i
		   : a->settled;
}

// Results --------------------------------------------------------------------

// Leaves out the records that are no connections.
static bool number_shown(struct analysis *a)
{
	size_t all = flow_count(a->flows), n = 0;

	free(a->shown);
	a->shown = NULL;
	a->settled = all;
	if (!flow_absorbed(a->flows) || a->decider.streaming)
		return true;
	a->shown = malloc(all * sizeof(*a->shown));
	if (!a->shown)
		return false;
	for (size_t i = 0; i < all; i++)
		if (!flow_record(a->flows, i)->absorbed)
			a->shown[n++] = (uint32_t)i;
	a->settled = n;
	return true;
}

bool analysis_settle(struct analysis *a)
{
	if (!hot_batch(a, NULL))
		a->decider.failed = true;
	work_rejoin(a);
	if (a->decider.failed || !decide_all(&a->decider, a->tally.last))
		return false;
	a->tally.duplicates = a->decider.all.duplicates;
	a->tally.flags_only = a->decider.all.flags_only;
	return number_shown(a) && !a->decider.failed;
}

size_t analysis_count(const struct analysis *a)
{
	return a->settled;
}

const struct connection *analysis_get(const struct analysis *a, size_t i)
{
	flow_pass(a->flows, i);
	return flow_record(a->flows, record_of(a, i));
}

const struct finding *analysis_findings(const struct analysis *a,
					const struct connection *c,
					struct finding out[EVIDENCE_FINDINGS])
{
	findings_get(&a->decider.findings, c->finding, c->findings,
		     c->first_frame, out);
	return out;
}

struct measures analysis_measures(const struct analysis *a,
				  const struct connection *c)
{
	return findings_measures(&a->decider.findings, c->finding);
}

const char *analysis_zeek_history(const struct analysis *a,
				  const struct connection *c)
{
	return names_get(&a->decider.histories, c->zeek_history);
}

const struct tally *analysis_tally(const struct analysis *a)
{
	return &a->tally;
}

bool connection_eventful(const struct connection *c)
{
	return c->abnormal || !verdict_get(c->verdict)->uneventful;
}
