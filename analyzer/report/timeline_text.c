// What the rows of a ladder say.
#include "report/timeline_fold.h"

#include "base/units.h"

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

	if (marks & TIMELINE_PROBES) {
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
		    !finding_reported(&t->findings[i]))
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
	if ((s->marks & TIMELINE_WAITED) && row->silence >= TIMELINE_RECOVERY) {
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

	if (first->marks & TIMELINE_PROBES) {
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
	uint64_t left_out = t->steps[row->first].left_out;

	if (left_out) {
		report_count(out, left_out, "segment");
		text_puts(out, left_out == 1 ? " is" : " are");
		text_puts(out, " left out here");
		return;
	}
	units_duration(out, row->silence);
	if (side == NOBODY)
		text_puts(out, " of silence");
	else
		text_printf(out, ": the %s does not close", side_name(side));
}
