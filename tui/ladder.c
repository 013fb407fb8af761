#include "ladder.h"

#include <stdlib.h>

enum { LOOK_BACK = 256 }; // steps that ladder_window() looks back at most

bool ladder_is_window(const struct finding *f)
{
	return f->fact == WINDOW_REOPENED || f->fact == WINDOW_GREW ||
	       f->fact == WINDOW_KEPT || f->fact == WINDOW_KEPT_OPEN;
}

static bool shows(const struct timeline *t, const struct row *row,
		  uint64_t frame)
{
	for (size_t i = row->first; i < row->first + row->count; i++) {
		if (t->steps[i].frame == frame)
			return true;
	}
	return false;
}

size_t ladder_find(const struct ladder *l, const struct timeline *t,
		   uint64_t frame)
{
	for (size_t i = 0; frame && i < l->count; i++) {
		const struct ladder_line *line = &l->line[i];

		if (line->kind == LADDER_ROW &&
		    shows(t, &t->rows[line->row], frame))
			return i;
	}
	return SIZE_MAX;
}

static void add_line(struct ladder *l, enum ladder_kind kind, size_t row,
		     const struct finding *f)
{
	l->line[l->count++] = (struct ladder_line){ kind, row, f };
}

// Adds the bars that belong to this row: behind the later of their frames.
static void add_windows(struct ladder *l, const struct timeline *t, size_t row)
{
	for (size_t i = 0; i < t->finding_count; i++) {
		const struct finding *f = &t->findings[i];
		uint64_t late = f->frame > f->other ? f->frame : f->other;

		if (ladder_is_window(f) && shows(t, &t->rows[row], late))
			add_line(l, LADDER_WINDOW, row, f);
	}
}

// Ties the RST that answers a segment to it.
static void tie(struct ladder *l, const struct timeline *t)
{
	for (size_t i = 0; i < t->finding_count; i++) {
		const struct finding *f = &t->findings[i];
		size_t from, to;

		if (f->fact < ANSWERS_SYN || f->fact > ANSWERS_ACK || !f->other)
			continue;
		from = ladder_find(l, t, f->frame);
		to = ladder_find(l, t, f->other);
		if (from == SIZE_MAX || to == SIZE_MAX)
			continue;
		l->elicited_by = from < to ? from : to;
		l->answer = from < to ? to : from;
		return;
	}
}

bool ladder_build(struct ladder *l, const struct timeline *t)
{
	size_t end = t->count;

	*l = (struct ladder){ 0 };
	if (!t->count)
		return true;
	l->line = calloc(t->count + t->finding_count + 1, sizeof *l->line);
	if (!l->line)
		return false;
	for (size_t i = 0; i < t->count; i++) {
		if (t->rows[i].end)
			end = i;
	}
	for (size_t i = 0; i < t->count; i++) {
		add_line(l, LADDER_ROW, i, NULL);
		if (t->rows[i].kind != ROW_SILENCE)
			add_windows(l, t, i);
		if (i == end)
			add_line(l, LADDER_VERDICT, i, NULL);
	}
	if (end == t->count)
		add_line(l, LADDER_VERDICT, t->count - 1, NULL);
	tie(l, t);
	return true;
}

void ladder_release(struct ladder *l)
{
	free(l->line);
	*l = (struct ladder){ 0 };
}

bool ladder_window(const struct timeline *t, const struct row *row,
		   uint32_t *before, uint32_t *after)
{
	size_t i = row->first + row->count, least = row->first;
	bool known = false;

	while (i-- > row->first && !known) {
		known = t->steps[i].side != row->side;
		*after = t->steps[i].window;
	}
	if (!known)
		return false;
	least = least > LOOK_BACK ? least - LOOK_BACK : 0;
	for (i = row->first; i-- > least;) {
		const struct step *s = &t->steps[i];

		if (s->side == row->side || s->flags & (TCP_SYN | TCP_RST))
			continue;
		*before = s->window;
		return true;
	}
	return false;
}
