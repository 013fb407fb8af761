// JSON Lines: an object a connection, the CSV's fields with types. A field
// that is unknown or does not apply is null, a list of nothing [], so that
// every object has the same keys. connection.schema.json is the contract. The
// only door to libjansson.
#include "report.h"

#include "printable.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum {
	HOLD = 1 << 16, // bytes of lines collected before they are written
	SENTENCE = 512,
	PRECISION = 15 // digits: microseconds of three centuries
};

const char *report_json_library(void)
{
	return JANSSON_VERSION;
}

// A connection being written.
struct line {
	const struct report *r;
	size_t i;
	const struct connection *c;
	struct text *cell; // scratch
};

static json_t *string(const struct text *cell)
{
	return cell->n ? json_stringn(cell->s, cell->n) : json_null();
}

// Wireshark's number; with its file's before it where there are several.
static json_t *frame(struct line *l, uint64_t id)
{
	if (l->r->file_count <= 1)
		return json_integer((json_int_t)frame_number(id));
	text_cut(l->cell, 0);
	report_frame(l->cell, l->r, id);
	return string(l->cell);
}

static json_t *frames(struct line *l, const uint64_t *id, size_t n)
{
	json_t *list = json_array();

	for (size_t k = 0; k < n; k++) {
		if (id[k])
			json_array_append_new(list, frame(l, id[k]));
	}
	return list;
}

// The columns that are more than a value -------------------------------------

static json_t *all_frames(struct line *l)
{
	uint64_t id[REPORT_FRAMES];

	return frames(l, id, report_frames(l->r, l->i, l->c, id));
}

static json_t *rivals(struct line *l)
{
	json_t *list = json_array();

	for (size_t k = 0; k < VERDICT_RIVALS && l->c->also[k]; k++) {
		const struct verdict *v = verdict_get(l->c->also[k]);

		json_array_append_new(list,
				      json_pack("{s:s, s:s}", "verdict",
						v->name, "sentence", v->gist));
	}
	return list;
}

static json_t *one_told(struct line *l, const struct told *t)
{
	static const char *const roles[] = {
		[ROLE_WHY] = "why",
		[ROLE_NOT] = "not",
		[ROLE_LIMIT] = "limit",
		[ROLE_NOTE] = "note",
	};
	uint64_t id[] = { t->frame, t->other };
	char sentence[SENTENCE];
	json_t *where = frames(l, id, 2);

	text_cut(l->cell, 0);
	told_text(t, sentence, sizeof sentence);
	printable_add(l->cell, sentence, strlen(sentence), false);
	return json_pack("{s:o, s:s, s:s, s:o}", "frames", where, "rule",
			 t->rule, "role", roles[t->role], "sentence",
			 string(l->cell));
}

static json_t *evidence(struct line *l)
{
	struct told told[REPORT_TOLD];
	size_t n = report_told(l->r, l->i, l->c, told);
	json_t *list = json_array();

	for (size_t k = 0; k < n; k++)
		json_array_append_new(list, one_told(l, &told[k]));
	return list;
}

static const struct {
	const char *name;
	json_t *(*value)(struct line *l);
} arrays[] = {
	{ "also_possible", rivals },
	{ "evidence", evidence },
	{ "frames", all_frames },
};

// Lines ----------------------------------------------------------------------

static json_t *value(struct line *l, const struct column *column)
{
	for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) {
		if (!strcmp(column->name, arrays[k].name))
			return arrays[k].value(l);
	}
	text_cut(l->cell, 0);
	column->value(l->r, l->i, l->c, l->cell);
	if (!l->cell->n || column->type == COLUMN_TEXT)
		return string(l->cell);
	if (column->type == COLUMN_INTEGER)
		return json_integer(strtoll(l->cell->s, NULL, 10));
	return json_real(strtod(l->cell->s, NULL));
}

static int put_bytes(const char *bytes, size_t n, void *lines)
{
	text_add(lines, bytes, n);
	return 0;
}

static bool put_line(struct line *l, struct text *lines)
{
	json_t *object = json_object();
	bool ok = object;

	for (const struct column *k = report_columns; ok && k->name; k++)
		ok = !json_object_set_new(object, k->name, value(l, k));
	ok = ok &&
	     !json_dump_callback(object, put_bytes, lines,
				 JSON_COMPACT | JSON_REAL_PRECISION(PRECISION));
	json_decref(object);
	text_char(lines, '\n');
	return ok && !lines->failed;
}

bool report_json(const struct report *r, FILE *to)
{
	struct text lines = { 0 }, cell = { 0 };
	bool ok = true;

	for (size_t k = 0; k < report_size(r) && ok && !ferror(to); k++) {
		size_t i = report_nth(r, k);
		struct connection c = report_connection(r, i);
		struct line l = { r, i, &c, &cell };

		ok = put_line(&l, &lines);
		if (lines.n >= HOLD) {
			fwrite(lines.s, 1, lines.n, to);
			text_cut(&lines, 0);
		}
	}
	if (ok && lines.n)
		fwrite(lines.s, 1, lines.n, to);
	text_release(&lines);
	text_release(&cell);
	return ok;
}
