// The steps of a connection, folded into rows.
#include "report/timeline_fold.h"

#include "base/nanoseconds.h"

#include <stdlib.h>
#include <string.h>

enum { FOLD_LEAST = 4 }; // fewer steps than this are shown one by one

static const int64_t SILENCE = SECOND;
enum {
	ORDINARY = STEP_RETRANSMISSION | STEP_OUT_OF_ORDER |
		   STEP_WINDOW_UPDATE | STEP_DUPLICATE_FRAME |
		   STEP_DUPLICATE_ACK,
	ANSWERS = STEP_DUPLICATE_FRAME | STEP_DUPLICATE_ACK | STEP_ZERO_WINDOW,
};

static bool has_finding(const struct timeline *t, uint64_t frame)
{
	for (size_t i = 0; i < t->finding_count; i++) {
		if (t->findings[i].frame == frame &&
		    finding_reported(&t->findings[i]))
			return true;
	}
	return false;
}

static int64_t wait_before(const struct timeline *t, size_t i)
{
	return i ? t->steps[i].time - t->steps[i - 1].time : 0;
}

static bool state_changed(const struct timeline *t, size_t i)
{
	return i == 0 || memcmp(t->steps[i].state, t->steps[i - 1].state,
				sizeof t->steps[i].state) != 0;
}

// Nothing about step i needs a row of its own.
static bool plain(const struct timeline *t, size_t i)
{
	const struct step *s = &t->steps[i];

	return !(s->flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_URG)) &&
	       !(s->marks & (STEP_ICMP | STEP_GAP_BEFORE)) && !s->comment &&
	       !state_changed(t, i) && !has_finding(t, s->frame);
}

static bool data_joins(const struct timeline *t, size_t i, enum side *sender)
{
	const struct step *s = &t->steps[i];
	int64_t most =
	    s->marks & STEP_RETRANSMISSION ? TIMELINE_RECOVERY : SILENCE;

	if (!plain(t, i) || (s->marks & ~ORDINARY) || wait_before(t, i) >= most)
		return false;
	if (s->len && *sender == NOBODY)
		*sender = s->side;
	return !s->len || s->side == *sender;
}

static bool probe_joins(const struct timeline *t, size_t i, enum side *sender)
{
	const struct step *s = &t->steps[i];

	if (!plain(t, i))
		return false;
	if (*sender == NOBODY)
		*sender = s->marks & TIMELINE_PROBES ? s->side : NOBODY;
	if (s->side == *sender)
		return s->marks & TIMELINE_PROBES;
	return *sender != NOBODY && !s->len && !(s->marks & ~ANSWERS);
}

// How many steps from first on make one run, of data or of probes.
static size_t run_length(const struct timeline *t, size_t first,
			 enum side *sender)
{
	bool probes = t->steps[first].marks & TIMELINE_PROBES;
	size_t i = first;

	*sender = NOBODY;
	while (i < t->step_count && !(i > first && t->steps[i].left_out) &&
	       (probes ? probe_joins(t, i, sender) : data_joins(t, i, sender)))
		i++;
	return i - first;
}

static size_t without_duplicates(const struct timeline *t, size_t first,
				 size_t n)
{
	size_t left = n;

	for (size_t i = first; i < first + n; i++)
		left -= !!(t->steps[i].marks & STEP_DUPLICATE_FRAME);
	return left;
}

static struct row *add_row(struct timeline *t, enum row_kind kind, size_t first)
{
	struct row *rows = t->rows;

	// The size doubles whenever the count is a power of two.
	if (!(t->count & (t->count - 1))) {
		size_t room = t->count ? t->count * 2 : 1;

		rows = realloc(rows, room * sizeof *rows);
	}
	if (!rows) {
		t->failed = true;
		return NULL;
	}
	t->rows = rows;
	rows += t->count++;
	*rows = (struct row){ .kind = kind, .first = first };
	return rows;
}

static void add_run(struct timeline *t, size_t first, size_t n,
		    enum side sender)
{
	struct row *row = add_row(t, ROW_RUN, first);

	if (!row)
		return;
	row->count = n;
	row->side = sender == NOBODY ? t->steps[first].side : sender;
	for (size_t i = first; i < first + n; i++) {
		const struct step *s = &t->steps[i];

		if (s->marks & STEP_DUPLICATE_FRAME)
			continue;
		row->bytes += s->len;
		row->segments += s->len && s->side == row->side;
		row->acks += !s->len;
		row->repeated += !!(s->marks & STEP_RETRANSMISSION);
	}
}

static void add_step(struct timeline *t, size_t i)
{
	struct row *row = add_row(t, ROW_STEP, i);

	if (!row)
		return;
	row->count = 1;
	row->side = t->steps[i].side;
	row->silence = wait_before(t, i);
}

static void add_silence(struct timeline *t, size_t i)
{
	struct row *row;

	if (!t->steps[i].left_out && (wait_before(t, i) < SILENCE ||
				      t->steps[i].marks & TIMELINE_WAITED))
		return;
	row = add_row(t, ROW_SILENCE, i);
	if (row)
		row->silence = wait_before(t, i);
}

// Marks the last step that was not after the end.
static void mark_end(struct timeline *t)
{
	for (size_t i = t->count; i-- > 0;) {
		struct row *row = &t->rows[i];

		if (row->kind == ROW_SILENCE ||
		    (t->steps[row->first].marks & STEP_AFTER_END))
			continue;
		row->end = true;
		return;
	}
}

// Adds what begins at step i; returns how many steps that took. A packet that
// was captured twice gets no second row.
static size_t fold(struct timeline *t, size_t i)
{
	enum side sender;
	size_t n = run_length(t, i, &sender);

	add_silence(t, i);
	if (without_duplicates(t, i, n) >= FOLD_LEAST) {
		add_run(t, i, n, sender);
		return n;
	}
	if (!(t->steps[i].marks & STEP_DUPLICATE_FRAME) ||
	    t->steps[i].comment || has_finding(t, t->steps[i].frame))
		add_step(t, i);
	return 1;
}

struct timeline timeline_of(const struct step *steps, size_t n,
			    const struct analysis *a,
			    const struct connection *c)
{
	struct timeline t = { .steps = steps,
			      .step_count = n,
			      .finding_count = c->findings };

	analysis_findings(a, c, t.findings);
	for (size_t i = 0; i < t.step_count && !t.failed;)
		i += fold(&t, i);
	if (c->reset_by != NOBODY ||
	    verdict_has(c->verdict, TRAIT_ENDS_WITHOUT_RST))
		mark_end(&t);
	return t;
}

struct timeline timeline_fold(const struct analysis *a,
			      const struct connection *c)
{
	size_t n;
	const struct step *steps = analysis_steps(a, &n);

	return timeline_of(steps, n, a, c);
}

void timeline_release(struct timeline *t)
{
	free(t->rows);
	*t = (struct timeline){ 0 };
}
