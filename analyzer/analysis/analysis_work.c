// What the hot path comes to now and then: deciding who is over, keeping below
// the limit of memory, ICMP.
#include "analysis/analysis_own.h"

#include "base/nanoseconds.h"
#include "base/spill.h"

enum {
	SPLIT_FROM = 4096, // connections
	PROGRAM = 8 << 20, // bytes: code, libraries, buffers
	TICK_NS = SECOND,
};

void work_rejoin(struct analysis *a)
{
	if (a->jobs)
		jobs_finish(a->jobs);
}

// A thread costs more than it gives where there is little to decide.
static void split(struct analysis *a)
{
	if (flow_count(a->flows) < SPLIT_FROM)
		return;
	a->jobs = jobs_new(&a->decider);
	a->may_split = false;
}

static void decide_one(struct analysis *a, uint32_t i, int64_t now)
{
	if (i + 1 == a->watched)
		return; // that one stays
	if (a->jobs)
		jobs_send(a->jobs, i, now);
	else
		decide_seal(&a->decider, i, decide_over(&a->decider, i, now));
}

// In a stream the rows must not depend on how far ahead it was read.
void work_due(struct analysis *a, int64_t now)
{
	bool streams = a->decider.streaming;
	uint32_t due[FLOW_DUE];
	size_t n;

	if (a->may_split && !a->watched)
		split(a);
	do {
		n = flow_due(a->flows, now, due);
		for (size_t i = 0; i < n; i++)
			decide_one(a, due[i], now);
	} while (streams && n && flow_is_due(a->flows, now));
}

bool work_icmp(struct analysis *a, const struct icmp_error *e,
	       const char *comment)
{
	struct flow_seen seen;
	int known;

	work_rejoin(a);
	known = flow_icmp(a->flows, e, &seen);
	if (known > 0 && seen.index + 1 == a->watched)
		return steps_icmp(a, e, &seen, comment);
	return known >= 0;
}

// What is noted of connections that wait is dropped with the next sixteen
// thousand of them at the latest.
static void prune(struct analysis *a)
{
	enum { TOGETHER = 1 << 14 };

	if (a->tally.closed_off % TOGETHER == 0)
		decide_prune(&a->decider);
}

static size_t memory(const struct analysis *a)
{
	return flow_memory(a->flows) +
	       atomic_load_explicit(&a->decider.findings_bytes,
				    memory_order_relaxed);
}

// What may be live: three eighths of what the program itself leaves. Most of
// the rest is for records.
static size_t live_limit(const struct analysis *a)
{
	return a->limit > 2 * PROGRAM ? (a->limit - PROGRAM) / 8 * 3
				      : a->limit / 4;
}

enum { FINDINGS_PART = 32 }; // of the limit is for the latest findings

// Moves what is seldom looked at into the file.
static void spill(struct analysis *a)
{
	work_rejoin(a);
	if (a->spills)
		flow_cool(a->flows);
	else
		a->spills = flow_spill(a->flows, a->spill, a->limit);
	if (a->spills)
		blocks_spill(&a->decider.findings.bytes, a->spill,
			     a->limit / FINDINGS_PART);
}

// Decides connection i for good. What ended is decided as if nothing more came
// of it, what did not as far as it can be.
static void close_off(struct analysis *a, uint32_t i)
{
	struct decider *d = &a->decider;
	enum fate fate = FATE_OPEN;

	if (!flow_kept(a->flows, i) && flow_may_be_over(a->flows, i))
		fate = decide_over(d, i, a->tally.last);
	decide_seal(d, i, fate);
	if (flow_record(a->flows, i)->live)
		decide_early(d, i, a->tally.last);
	a->tally.closed_off++;
	prune(a);
}

void work_limit(struct analysis *a)
{
	size_t most = live_limit(a);
	uint32_t i;

	if (a->spills && flow_may_cool(a->flows))
		spill(a);
	if (a->spills)
		spill_trim(a->spill);
	if (memory(a) < most - most / 8)
		return; // there is a limit to what those that are away add
	work_rejoin(a);
	if (a->spill && !a->spills && !a->decider.streaming)
		spill(a);
	while (memory(a) > most &&
	       (i = flow_quietest(a->flows, AHEAD)) != FLOW_NONE) {
		if (i + 1 == a->watched)
			return; // anybody but that one; the next time
		close_off(a, i);
	}
}

bool work_tick(struct analysis *a, int64_t now)
{
	if (now - a->ticked < TICK_NS)
		return true;
	a->ticked = now;
	if (!hot_batch(a, NULL))
		return false;
	if (flow_is_due(a->flows, now))
		work_due(a, now);
	return true;
}
