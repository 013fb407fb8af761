// JSON Lines: first an object on the capture, then one a connection, the CSV's
// fields with types, then one a group of them. A field that is unknown or does
// not apply is null, a list of nothing [], so that every object of a kind has
// the same keys. With --fields, objects of connections alone, with these fields
// alone. connection.schema.json describes it. The only door to json-c.
#include "report/report.h"

#include "base/version.h"
#include "decode/packet.h"
#include "report/anonymize.h"
#include "report/clusters.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { HOLD = 1 << 16 }; // bytes of lines collected before they are written

// Digits of microseconds in three centuries: none is lost, none invented.
#define DECIMAL "%.15g"
enum { DECIMAL_DIGITS = 15 }; // more are written as they are

const char *report_json_library(void)
{
	return json_c_version();
}

// A connection being written. In json-c NULL is a value, null, so memory that
// runs out has to be remembered.
struct line {
	const struct report *r;
	size_t i;
	const struct connection *c;
	struct text cell; // scratch
	bool failed;
	// Kept from line to line: making objects takes more time than writing
	// them. The line, with a value for each column, and what is said of
	// rival verdicts.
	struct json_object *object, *rivals[VERDICTS];
};

static struct json_object *made(struct line *l, struct json_object *o)
{
	l->failed |= !o;
	return o;
}

static void append(struct line *l, struct json_object *list,
		   struct json_object *o)
{
	l->failed |= !list || json_object_array_add(list, o);
}

static void set(struct line *l, struct json_object *object, const char *key,
		struct json_object *o)
{
	unsigned constant = JSON_C_OBJECT_ADD_CONSTANT_KEY;

	l->failed |=
	    !object || json_object_object_add_ex(object, key, o, constant);
}

static struct json_object *string(struct line *l, const char *s, size_t n)
{
	return made(l, json_object_new_string_len(s, (int)n));
}

static struct json_object *words(struct line *l, const char *s)
{
	return string(l, s, strlen(s));
}

static struct json_object *integer(struct line *l, uint64_t v)
{
	return made(l, json_object_new_int64((int64_t)v));
}

// Wireshark's number; with its file's before it where there are several.
static struct json_object *frame(struct line *l, uint64_t id)
{
	if (l->r->file_count <= 1)
		return integer(l, frame_number(id));
	text_cut(&l->cell, 0);
	report_frame(&l->cell, l->r, id);
	return string(l, l->cell.s, l->cell.n);
}

static struct json_object *frames(struct line *l, const uint64_t *id, size_t n)
{
	struct json_object *list = made(l, json_object_new_array());

	for (size_t k = 0; k < n; k++) {
		if (id[k])
			append(l, list, frame(l, id[k]));
	}
	return list;
}

static struct json_object *decimal(struct line *l, const struct text *digits)
{
	double v = strtod(digits->s, NULL);

	return made(l, digits->n > DECIMAL_DIGITS
			   ? json_object_new_double_s(v, digits->s)
			   : json_object_new_double(v));
}

// The columns that are more than a value -------------------------------------

static struct json_object *all_frames(struct line *l)
{
	uint64_t id[REPORT_FRAMES];
	size_t n = report_frames(l->r, l->i, l->c, id);

	return frames(l, id, n);
}

static struct json_object *rival(struct line *l, enum verdict_id id)
{
	const struct verdict *v = verdict_get(id);

	if (!l->rivals[id]) {
		l->rivals[id] = made(l, json_object_new_object());
		set(l, l->rivals[id], "verdict", words(l, v->name));
		set(l, l->rivals[id], "sentence", words(l, v->gist));
	}
	return json_object_get(l->rivals[id]);
}

static struct json_object *rivals(struct line *l)
{
	struct json_object *list = made(l, json_object_new_array());

	for (size_t k = 0; k < VERDICT_RIVALS && l->c->also[k]; k++)
		append(l, list, rival(l, l->c->also[k]));
	return list;
}

static struct json_object *one_statement(struct line *l,
					 const struct statement *t)
{
	static const char *const roles[] = {
		[ROLE_WHY] = "why",
		[ROLE_NOT] = "not",
		[ROLE_LIMIT] = "limit",
		[ROLE_NOTE] = "note",
	};
	const uint64_t id[] = { t->frame, t->other };
	struct json_object *one = made(l, json_object_new_object());

	set(l, one, "frames", frames(l, id, 2));
	set(l, one, "rule", words(l, t->rule));
	set(l, one, "role", words(l, roles[t->role]));
	text_cut(&l->cell, 0);
	statement_add(&l->cell, t);
	set(l, one, "sentence", string(l, l->cell.s, l->cell.n));
	return one;
}

static struct json_object *evidence(struct line *l)
{
	struct statement said[REPORT_STATEMENTS];
	size_t n = report_statements(l->r, l->i, l->c, said);
	struct json_object *list = made(l, json_object_new_array());

	for (size_t k = 0; k < n; k++)
		append(l, list, one_statement(l, &said[k]));
	return list;
}

static const struct {
	const char *name;
	struct json_object *(*value)(struct line *l);
} arrays[] = {
	{ "also_possible", rivals },
	{ "evidence", evidence },
	{ "frames", all_frames },
};

// Lines ----------------------------------------------------------------------

static struct json_object *value(struct line *l, const struct column *column)
{
	const struct text *cell = &l->cell;

	for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) {
		if (!strcmp(column->name, arrays[k].name))
			return arrays[k].value(l);
	}
	text_cut(&l->cell, 0);
	column->value(l->r, l->i, l->c, &l->cell);
	if (!cell->n)
		return NULL;
	if (column->type == COLUMN_INTEGER)
		return integer(l, strtoull(cell->s, NULL, 10));
	if (column->type == COLUMN_DECIMAL)
		return decimal(l, cell);
	return string(l, cell->s, cell->n);
}

static void put_object(struct line *l, struct json_object *o,
		       struct text *lines)
{
	size_t n = 0;
	const char *s;

	if (l->failed || l->cell.failed)
		return;
	errno = 0; // json-c leaves out what it has no memory for
	s = json_object_to_json_string_length(
	    o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &n);
	l->failed |= !s || errno == ENOMEM;
	if (l->failed)
		return;
	text_add(lines, s, n);
	text_char(lines, '\n');
}

static void put_line(struct line *l, struct text *lines)
{
	const struct column *column;

	if (!l->r->columns)
		set(l, l->object, "record", words(l, "connection"));
	for (size_t k = 0; (column = report_column(l->r, k)); k++)
		set(l, l->object, column->name, value(l, column));
	put_object(l, l->object, lines);
}

// The capture and the groups -------------------------------------------------

enum { SCHEMA_VERSION = 1 };

static struct json_object *moment(struct line *l, int64_t t)
{
	text_cut(&l->cell, 0);
	report_time(&l->cell, t);
	return string(l, l->cell.s, l->cell.n);
}

static struct json_object *files(struct line *l)
{
	struct json_object *list = made(l, json_object_new_array());

	for (size_t i = 0; i < l->r->file_count; i++) {
		text_cut(&l->cell, 0);
		report_printable(&l->cell, l->r, l->r->files[i]);
		append(l, list, string(l, l->cell.s, l->cell.n));
	}
	return list;
}

// Frames that are no part of any connection, by kind.
static struct json_object *not_read(struct line *l, const struct tally *t)
{
	struct json_object *kinds = made(l, json_object_new_object());

	for (int k = 0; k < PACKET_KINDS; k++) {
		if (t->kind[k] && k != PACKET_SEGMENT && k != PACKET_ICMP_ERROR)
			set(l, kinds, packet_kind_text((enum packet_kind)k),
			    integer(l, t->kind[k]));
	}
	return kinds;
}

// While a pipe is still read, how much there will be is not known.
static void put_capture(struct line *l, struct text *lines)
{
	const struct report *r = l->r;
	const struct tally *t = analysis_tally(r->analysis);
	struct json_object *o = made(l, json_object_new_object());
	bool whole = !r->unfinished;

	set(l, o, "record", words(l, "capture"));
	set(l, o, "schema_version", integer(l, SCHEMA_VERSION));
	set(l, o, "program", words(l, "tcpwhy " TCPWHY_VERSION));
	set(l, o, "files", r->anonymizer ? NULL : files(l));
	set(l, o, "start_time", whole && t->any ? moment(l, t->first) : NULL);
	set(l, o, "end_time", whole && t->any ? moment(l, t->last) : NULL);
	set(l, o, "frames", whole ? integer(l, r->frames) : NULL);
	set(l, o, "filtered", made(l, json_object_new_boolean(r->filtered)));
	set(l, o, "not_read", whole ? not_read(l, t) : NULL);
	set(l, o, "dropped", whole ? integer(l, r->drops) : NULL);
	set(l, o, "decided_early", whole ? integer(l, t->closed_off) : NULL);
	set(l, o, "connections",
	    whole ? integer(l, analysis_count(r->analysis)) : NULL);
	put_object(l, o, lines);
	json_object_put(o);
}

static struct json_object *address(struct line *l, const struct addr *a)
{
	struct addr shown = l->r->anonymizer ? anonymize(l->r->anonymizer, a)
					     : *a;
	char text[ADDR_TEXT];

	return words(l, addr_text(&shown, text, sizeof text));
}

static struct json_object *members(struct line *l, const struct clusters *all,
				   const struct cluster *c)
{
	struct json_object *list = made(l, json_object_new_array());

	for (size_t k = 0; k < c->n; k++)
		append(l, list,
		       integer(l, report_number(l->r,
						all->member[c->first + k])));
	return list;
}

static void put_finding(struct line *l, const struct clusters *all,
			const struct cluster *c, struct text *lines)
{
	struct json_object *o = made(l, json_object_new_object());
	bool cause = c->kind == CLUSTER_CAUSE;

	set(l, o, "record", words(l, "finding"));
	set(l, o, "kind", words(l, cluster_name(c->kind)));
	text_cut(&l->cell, 0);
	cluster_sentence(c, l->r, &l->cell);
	set(l, o, "sentence", string(l, l->cell.s, l->cell.n));
	set(l, o, "harmless", made(l, json_object_new_boolean(c->harmless)));
	set(l, o, "verdict",
	    cause ? words(l, verdict_get(c->verdict)->name) : NULL);
	set(l, o, "host_ip",
	    c->kind == CLUSTER_IDLE ? NULL : address(l, &c->host));
	set(l, o, "host_port", c->port ? integer(l, c->port) : NULL);
	set(l, o, "start_time", moment(l, c->from));
	set(l, o, "end_time", moment(l, c->to));
	set(l, o, "count", integer(l, c->n));
	set(l, o, "connections", members(l, all, c));
	put_object(l, o, lines);
	json_object_put(o);
}

// What many connections have in common, the worst first.
static void put_findings(struct line *l, struct text *lines)
{
	struct clusters all;

	l->failed |= !clusters_find(&all, l->r);
	for (size_t i = 0; i < all.n && !l->failed; i++)
		put_finding(l, &all, &all.cluster[i], lines);
	clusters_release(&all);
}

static bool begin(struct line *l)
{
	// The keys are ours: their hash needs no seed against collisions.
	json_global_set_string_hash(JSON_C_STR_HASH_PERLLIKE);
	if (json_c_set_serialization_double_format(DECIMAL,
						   JSON_C_OPTION_GLOBAL))
		return false;
	l->object = json_object_new_object();
	return l->object;
}

static void end(struct line *l)
{
	json_object_put(l->object);
	for (size_t k = 0; k < VERDICTS; k++)
		json_object_put(l->rivals[k]);
	json_c_set_serialization_double_format(NULL, JSON_C_OPTION_GLOBAL);
	text_release(&l->cell);
}

bool report_json(const struct report *r, FILE *to)
{
	struct line l = { .r = r };
	struct text lines = { 0 };
	bool ok = begin(&l), records = !r->columns && !r->goes_on;

	if (ok && records)
		put_capture(&l, &lines);
	ok = ok && !l.failed && !lines.failed;
	for (size_t k = 0; k < report_size(r) && ok && !ferror(to); k++) {
		struct connection c = report_connection(r, report_nth(r, k));

		l.i = report_nth(r, k);
		l.c = &c;
		put_line(&l, &lines);
		ok = !l.failed && !l.cell.failed && !lines.failed;
		if (lines.n >= HOLD) {
			fwrite(lines.s, 1, lines.n, to);
			text_cut(&lines, 0);
		}
	}
	if (ok && records && !r->unfinished && !r->only && !r->pair)
		put_findings(&l, &lines);
	ok = ok && !l.failed && !l.cell.failed && !lines.failed;
	if (ok && lines.n)
		fwrite(lines.s, 1, lines.n, to);
	text_release(&lines);
	end(&l);
	return ok;
}
