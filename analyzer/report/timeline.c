#include "report/timeline.h"

#include "base/units.h"

#include <stdlib.h>
#include <string.h>

enum { FOLD_LEAST = 4 }; // fewer steps than this are shown one by one

static const int64_t SILENCE = INT64_C(1000000000);
// The least retransmission timeout of Linux: what is repeated sooner is part of
// an ordinary recovery from loss, and no event of its own.
static const int64_t RECOVERY = INT64_C(200000000);

enum {
	PROBES = STEP_KEEPALIVE | STEP_ZERO_WINDOW_PROBE,
	WAITED = PROBES | STEP_RETRANSMISSION, // a timer's, not a program's
	ORDINARY = STEP_RETRANSMISSION | STEP_OUT_OF_ORDER |
		   STEP_WINDOW_UPDATE | STEP_DUPLICATE_FRAME |
		   STEP_DUPLICATE_ACK,
	ANSWERS = STEP_DUPLICATE_FRAME | STEP_DUPLICATE_ACK | STEP_ZERO_WINDOW,
};

// Folding -------------------------------------------------------------------

static bool has_finding(const struct timeline *t, uint64_t frame)
{
	for (size_t i = 0; i < t->finding_count; i++) {
		if (t->findings[i].frame == frame &&
		    finding_told(&t->findings[i]))
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
	int64_t most = s->marks & STEP_RETRANSMISSION ? RECOVERY : SILENCE;

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
		*sender = s->marks & PROBES ? s->side : NOBODY;
	if (s->side == *sender)
		return s->marks & PROBES;
	return *sender != NOBODY && !s->len && !(s->marks & ~ANSWERS);
}

// How many steps from first on make one run, of data or of probes.
static size_t run_length(const struct timeline *t, size_t first,
			 enum side *sender)
{
	bool probes = t->steps[first].marks & PROBES;
	size_t i = first;

	*sender = NOBODY;
	while (i < t->step_count &&
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

	if (wait_before(t, i) < SILENCE || (t->steps[i].marks & WAITED))
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

// Words ---------------------------------------------------------------------

static void separate(struct text *out, size_t start, const char *by)
{
	if (out->n > start)
		text_puts(out, by);
}

static void put_flags(const struct step *s, struct text *out, size_t start)
{
	static const struct {
		uint8_t flag;
		const char *name;
	} flags[] = {
		{ TCP_SYN, "SYN" }, { TCP_FIN, "FIN" }, { TCP_RST, "RST" },
		{ TCP_PSH, "PSH" }, { TCP_URG, "URG" }, { TCP_ACK, "ACK" },
	};

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		if (!(s->flags & flags[i].flag))
			continue;
		separate(out, start, " ");
		text_puts(out, flags[i].name);
	}
	if (out->n == start)
		text_puts(out, "no flags");
}

static void put_step(const struct step *s, struct text *out)
{
	size_t start = out->n;

	if (s->marks & STEP_ICMP) {
		text_printf(out, "ICMP %u/%u", s->icmp_type, s->icmp_code);
		return;
	}
	if (s->len) {
		text_grouped(out, s->len);
		text_puts(out, " B");
	}
	put_flags(s, out, start);
}

static void put_run(const struct timeline *t, const struct row *row,
		    struct text *out)
{
	uint16_t marks = t->steps[row->first].marks;

	if (marks & PROBES) {
		size_t probes = 0;

		for (size_t i = row->first; i < row->first + row->count; i++)
			probes += t->steps[i].side == row->side &&
				  !(t->steps[i].marks & STEP_DUPLICATE_FRAME);
		report_count(out, probes,
			     marks & STEP_KEEPALIVE ? "keep-alive"
						    : "window probe");
	} else if (!row->segments) {
		report_count(out, row->acks, "ACK");
	} else {
		report_count(out, row->segments, "segment");
		text_puts(out, ", ");
		text_grouped(out, row->bytes);
		text_puts(out, " B");
	}
}

void timeline_arrow(const struct timeline *t, const struct row *row,
		    struct text *out)
{
	if (row->kind == ROW_STEP)
		put_step(&t->steps[row->first], out);
	else if (row->kind == ROW_RUN)
		put_run(t, row, out);
}

static void put_marks(const struct step *s, struct text *out, size_t start)
{
	static const struct {
		uint16_t mark;
		const char *words;
	} marks[] = {
		{ STEP_RETRANSMISSION, "repeated" },
		{ STEP_OUT_OF_ORDER, "out of order" },
		{ STEP_KEEPALIVE, "keep-alive" },
		{ STEP_ZERO_WINDOW_PROBE, "window probe" },
		{ STEP_ZERO_WINDOW, "window 0" },
		{ STEP_WINDOW_UPDATE, "window update" },
		{ STEP_DUPLICATE_FRAME, "captured twice" },
		{ STEP_CHALLENGE_ACK, "challenge ACK" },
		{ STEP_GAP_BEFORE, "bytes before it not captured" },
	};

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		if (!(s->marks & marks[i].mark))
			continue;
		separate(out, start, ", ");
		text_puts(out, marks[i].words);
	}
	// Findings say these better.
	if (out->n == start && (s->marks & STEP_IGNORED_RST))
		text_puts(out, "ignored by its receiver");
	else if (out->n == start && (s->marks & STEP_AFTER_END))
		text_puts(out, "after the end");
}

static void put_labels(const struct timeline *t, uint64_t frame,
		       struct text *out, size_t start)
{
	for (size_t i = 0; i < t->finding_count; i++) {
		const char *label = finding_label(&t->findings[i]);

		if (t->findings[i].frame != frame || !*label ||
		    !finding_told(&t->findings[i]))
			continue;
		separate(out, start, ", ");
		text_puts(out, label);
	}
}

static void note_step(const struct timeline *t, const struct row *row,
		      struct text *out)
{
	const struct step *s = &t->steps[row->first];
	size_t start = out->n;

	put_labels(t, s->frame, out, start);
	put_marks(s, out, start);
	if ((s->marks & WAITED) && row->silence >= RECOVERY) {
		text_puts(out, " after ");
		units_duration(out, row->silence);
	}
	if (s->comment) {
		separate(out, start, ", ");
		text_printf(out, "\"%s\"", s->comment);
	}
}

static void note_run(const struct timeline *t, const struct row *row,
		     struct text *out)
{
	const struct step *first = &t->steps[row->first];
	const struct step *last = first + row->count - 1;

	if (first->marks & PROBES) {
		text_puts(out, "in ");
		units_duration(out, last->time - first->time);
	} else if (row->repeated) {
		text_grouped(out, row->repeated);
		text_puts(out, " repeated");
	}
}

void timeline_note(const struct timeline *t, const struct row *row,
		   struct text *out)
{
	if (row->kind == ROW_STEP)
		note_step(t, row, out);
	else if (row->kind == ROW_RUN)
		note_run(t, row, out);
}

// The one side that has yet to close, or NOBODY.
static enum side awaited(const struct step *s)
{
	bool client = s->state[CLIENT] == STATE_CLOSE_WAIT;
	bool server = s->state[SERVER] == STATE_CLOSE_WAIT;

	if (client == server)
		return NOBODY;
	return client ? CLIENT : SERVER;
}

void timeline_silence(const struct timeline *t, const struct row *row,
		      struct text *out)
{
	enum side side = awaited(&t->steps[row->first - 1]);

	units_duration(out, row->silence);
	if (side == NOBODY)
		text_puts(out, " of silence");
	else
		text_printf(out, ": the %s does not close", side_name(side));
}
