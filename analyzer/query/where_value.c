#include "query/where_value.h"

#include "base/nanoseconds.h"
#include "base/words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct unit {
	const char *name;
	int64_t size;
} byte_units[] = {
	{ "k", 1000 },
	{ "kb", 1000 },
	{ "kib", 1024 },
	{ "m", 1000000 },
	{ "mb", 1000000 },
	{ "mib", 1048576 },
	{ "g", 1000000000 },
	{ "gb", 1000000000 },
	{ "gib", 1073741824 },
	{ "b", 1 },
	{ "", 1 },
}, time_units[] = {
	{ "ns", 1 },
	{ "us", 1000 },
	{ "ms", 1000000 },
	{ "s", 1000000000 },
	{ "", 1000000000 },
	{ "m", 60000000000 },
	{ "min", 60000000000 },
	{ "h", 3600000000000 },
	{ "d", 86400000000000 },
}, ms_units[] = {
	{ "ns", 1 },
	{ "us", 1000 },
	{ "ms", 1000000 },
	{ "", 1000000 },
	{ "s", 1000000000 },
}, no_units[] = {
	{ "", 1 },
};

static const struct {
	const struct unit *units;
	size_t n;
	const char *like; // what a value may look like
} forms[] = {
	[FIELD_NUMBER] = { no_units, 1, "a number" },
	[FIELD_BYTES] = { byte_units, sizeof byte_units / sizeof *byte_units,
			  "a number of bytes (100, 10k, 4MiB)" },
	[FIELD_DURATION] = { time_units, sizeof time_units / sizeof *time_units,
			     "a duration (10, 0.5, 20ms, 5m)" },
	[FIELD_MS] = { ms_units, sizeof ms_units / sizeof *ms_units,
		       "a time in ms (20, 0.5, 300us, 2s)" },
	[FIELD_TIME] = { NULL, 0,
			 "a time (15:04, 15:04:05, "
			 "2026-11-21T15:04Z)" },
	[FIELD_ADDR] = { NULL, 0, "an address (10.0.0.9, 10.0.0.0/8, ::1)" },
};

void where_values_release(struct where_values *v)
{
	if (v->regex)
		regfree(v->regex);
	free(v->regex);
	v->regex = NULL;
}

static bool read_regex(const char *text, struct where_values *out, char *err)
{
	char reason[80];
	int wrong;

	out->regex = calloc(1, sizeof(*out->regex));
	wrong = out->regex ? regcomp(out->regex, text,
				     REG_EXTENDED | REG_ICASE | REG_NOSUB)
			   : REG_ESPACE;
	if (!wrong)
		return true;
	regerror(wrong, out->regex, reason, sizeof(reason));
	if (wrong == REG_ESPACE)
		errno = ENOMEM;
	snprintf(err, WHERE_ERROR, "/%.80s/: %s", text, reason);
	free(out->regex);
	out->regex = NULL;
	return false;
}

bool where_text_parse(enum where_op op, const char *text,
		      struct where_values *out, char err[WHERE_ERROR])
{
	if (op == OP_FITS)
		return read_regex(text, out, err);
	for (size_t i = 0; text[i] && i + 1 < sizeof(out->text); i++)
		out->text[i] = word_lower(text[i]);
	out->whole = op == OP_IS;
	return true;
}

uint64_t where_names_with(const struct where_names *names,
			  const struct where_values *text)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < names->n; i++) {
		const char *name = names->name(i);
		if (*name &&
		    (text->regex ? !regexec(text->regex, name, 0, NULL, 0)
				 : word_contains(name, text->text)))
			bits |= UINT64_C(1) << i;
	}
	return bits;
}

uint64_t where_names_named(const struct where_names *names, const char *s)
{
	uint64_t bits = 0;
	size_t n = strlen(s);

	for (size_t i = 0; n && i < names->n; i++) {
		const char *name = names->name(i);
		if (!word_same(name, s, n))
			continue;
		if (!name[n])
			return UINT64_C(1) << i;
		if (name[n] == '_')
			bits |= UINT64_C(1) << i;
	}
	return bits;
}

// Takes a decimal number with at most nine decimals and a unit; *to is the
// last value that is written the same way.
static bool measure(const char *s, enum where_kind kind, int64_t *from,
		    int64_t *to)
{
	int64_t whole = 0, part = 0, parts = 1;
	size_t n = 0;

	for (; *s >= '0' && *s <= '9' && n < 12; s++, n++)
		whole = whole * 10 + (*s - '0');
	if (*s == '.') {
		for (s++; *s >= '0' && *s <= '9' && parts < 1000000000; s++) {
			part = part * 10 + (*s - '0');
			parts *= 10;
			n++;
		}
	}
	for (size_t i = 0; n && i < forms[kind].n; i++) {
		const struct unit *u = &forms[kind].units[i];

		if (strlen(u->name) != strlen(s) || !word_same(u->name, s, 9))
			continue;
		if (whole > INT64_MAX / u->size - 1)
			return false;
		*from =
		    whole * u->size +
		    (int64_t)((double)part / (double)parts * (double)u->size +
			      0.5);
		*to = *from + (u->size > parts ? u->size / parts - 1 : 0);
		return true;
	}
	return false;
}

static int64_t to_utc(int64_t shown, const struct zone *zone)
{

	return shown - zone_east_shown(zone, shown / SECOND) * SECOND;
}

// One end of a range: all that is written like s.
static bool one(const struct where_field *f, const char *s,
		const struct zone *zone, struct where_values *out,
		int64_t *from, int64_t *to)
{
	enum where_clock clock;
	bool of_day;

	if (f->kind != FIELD_TIME)
		return measure(s, f->kind, from, to);
	clock = where_time_parse(s, from, to);
	of_day = clock == CLOCK_DAY;
	if (clock == CLOCK_NONE || (out->n > 0 && of_day != out->of_day))
		return false;
	out->of_day = of_day;
	if (clock == CLOCK_DATE) {
		*from = to_utc(*from, zone);
		*to = to_utc(*to, zone);
	}
	return true;
}

// FROM..TO, or one value.
static bool range(const struct where_field *f, const char *s,
		  const struct zone *zone, struct where_values *out)
{
	const char *dots = strstr(s, "..");
	int64_t *from = &out->range[out->n].from, *to = &out->range[out->n].to;
	char left[WHERE_TEXT];
	int64_t ignored;

	if (!dots)
		return one(f, s, zone, out, from, to);
	snprintf(left, sizeof left, "%.*s", (int)(dots - s), s);
	if (!one(f, left, zone, out, from, &ignored))
		return false;
	out->n++;
	if (!one(f, dots + 2, zone, out, &ignored, to))
		return false;
	out->n--;
	return *from <= *to || out->of_day;
}

// What a comparison leaves of the range [v, v].
static void set_comparison(enum where_op op, struct where_values *out)
{
	int64_t v = out->range[0].from;

	out->range[0].from = op == OP_GE ? v : op == OP_GT ? v + 1 : INT64_MIN;
	out->range[0].to = op == OP_LE ? v : op == OP_LT ? v - 1 : INT64_MAX;
}

// The names that s stands for: the one that it is, or all that begin with it.
static uint64_t names_of(const struct where_names *names, const char *s)
{
	uint64_t begin = 0;
	size_t n = strlen(s);

	for (size_t i = 0; i < names->n; i++) {
		const char *name = names->name(i);

		if (!*name || !word_same(name, s, n))
			continue;
		if (!name[n])
			return UINT64_C(1) << i;
		begin |= UINT64_C(1) << i;
	}
	return begin;
}

// What the names of a comparison leave: those before or behind the one that
// bits is, which all stand in order.
static uint64_t compared(enum where_op op, uint64_t bits)
{
	bool less = op == OP_LT || op == OP_LE;
	bool same = op == OP_LE || op == OP_GE;
	uint64_t low = bits & (~bits + 1), before = low - 1;

	return (less ? before : ~(before | low)) | (same ? low : 0);
}

static bool name(const struct where_field *f, enum where_op op, const char *s,
		 struct where_values *out, char *err)
{
	uint64_t bits = names_of(f->names, s);

	if (!*s || !bits) {
		word_unknown(err, WHERE_ERROR, f->names->what, s,
			     f->names->name, f->names->n);
		return false;
	}
	out->names |= op == OP_IS ? bits : compared(op, bits);
	return true;
}

// One alternative of a value.
static bool alternative(const struct where_field *f, enum where_op op,
			const char *s, const struct zone *zone,
			struct where_values *out, char *err)
{
	bool fine;

	if (f->kind == FIELD_NAME)
		return name(f, op, s, out, err);
	if (f->kind == FIELD_ADDR)
		fine = addr_parse_net(s, &out->net[out->n].addr,
				      &out->net[out->n].bits);
	else
		fine = range(f, s, zone, out);
	if (!fine)
		snprintf(err, WHERE_ERROR, "%s: \"%.40s\" is not %s", f->name,
			 s, forms[f->kind].like);
	out->n++;
	return fine;
}

// True if op makes sense for f.
static bool suits(const struct where_field *f, enum where_op op)
{
	switch (f->kind) {
	case FIELD_TEXT:
	case FIELD_ADDR:
		return op <= OP_FITS;
	case FIELD_NAME:
		return op <= OP_FITS || f->names->ordered;
	default:
		return op == OP_IS || op > OP_FITS;
	}
}

static bool unsuited(const struct where_field *f, char *err)
{
	snprintf(err, WHERE_ERROR, "%s takes %s", f->name,
		 f->kind >= FIELD_ADDR
		     ? f->kind == FIELD_NAME && f->names->ordered
			   ? "= ~ < <= > and >="
			   : "= and ~"
		     : "= < <= > >= and FROM..TO");
	return false;
}

// Values separated by commas; one that is compared with is alone.
static bool alternatives(const struct where_field *f, enum where_op op,
			 const char *value, const struct zone *zone,
			 struct where_values *out, char *err)
{
	for (;; value++) {
		size_t n = strcspn(value, ",");
		char s[WHERE_TEXT];

		snprintf(s, sizeof(s), "%.*s", (int)n, value);
		if (!alternative(f, op, s, zone, out, err))
			return false;
		if (op > OP_FITS && f->kind != FIELD_NAME)
			set_comparison(op, out);
		value += n;
		if (!*value)
			return true;
		if (out->n == WHERE_ALTERNATIVES || op > OP_FITS) {
			snprintf(err, WHERE_ERROR, "%s: too many values",
				 f->name);
			return false;
		}
	}
}

bool where_values_parse(const struct where_field *f, enum where_op op,
			const char *value, const struct zone *zone,
			struct where_values *out, char err[WHERE_ERROR])
{
	*out = (struct where_values){ 0 };
	if (!suits(f, op))
		return unsuited(f, err);
	if (f->kind != FIELD_TEXT && op != OP_HAS && op != OP_FITS)
		return alternatives(f, op, value, zone, out, err);
	if (!where_text_parse(op, value, out, err))
		return false;
	if (f->kind != FIELD_NAME)
		return true;
	out->names = where_names_with(f->names, out);
	where_values_release(out);
	return true;
}
