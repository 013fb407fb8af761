#include "query/where_value.h"

#include "base/nanoseconds.h"
#include "base/words.h"

#include <stdio.h>
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
	[FIELD_TIME] = { NULL, 0,
			 "a time (15:04, 15:04:05, "
			 "2026-11-21T15:04Z)" },
	[FIELD_ADDR] = { NULL, 0, "an address (10.0.0.9, 10.0.0.0/8, ::1)" },
};

uint64_t where_names_with(const struct where_names *names, const char *s)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < names->n; i++) {
		if (*names->name(i) && word_contains(names->name(i), s))
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
static void compare(enum where_op op, struct where_values *out)
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

static bool name(const struct where_field *f, enum where_op op, const char *s,
		 struct where_values *out, char *err)
{
	const struct where_names *names = f->names;
	uint64_t bits = op == OP_HAS ? where_names_with(names, out->text)
				     : names_of(names, s);

	if (!*s || (!bits && op != OP_HAS)) {
		snprintf(err, WHERE_ERROR,
			 "no %s \"%.40s\"; the nearest is \"%s\"", names->what,
			 s, word_nearest(s, names->name, names->n));
		return false;
	}
	for (size_t i = 0; op > OP_HAS && i < 64; i++) {
		bool less = op == OP_LT || op == OP_LE;
		bool same = op == OP_LE || op == OP_GE;

		if (bits >> i != 1)
			continue;
		bits =
		    less ? (UINT64_C(1) << i) - 1 : ~((UINT64_C(2) << i) - 1);
		bits |= same ? UINT64_C(1) << i : 0;
		break;
	}
	out->names |= bits;
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
		return op == OP_HAS;
	case FIELD_ADDR:
		return op <= OP_HAS;
	case FIELD_NAME:
		return op <= OP_HAS || f->names->ordered;
	default:
		return op != OP_HAS;
	}
}

bool where_values_parse(const struct where_field *f, enum where_op op,
			const char *value, const struct zone *zone,
			struct where_values *out, char err[WHERE_ERROR])
{
	static const char *const takes[] = { [FIELD_TEXT] = "~",
					     [FIELD_ADDR] = "= and ~",
					     [FIELD_NAME] = "= and ~" };

	*out = (struct where_values){ 0 };
	if (!suits(f, op)) {
		snprintf(err, WHERE_ERROR, "%s takes %s", f->name,
			 f->kind >= FIELD_ADDR ? takes[f->kind]
					       : "= < <= > >= and FROM..TO");
		return false;
	}
	for (size_t i = 0; op == OP_HAS && value[i]; i++) {
		if (i + 1 < sizeof out->text)
			out->text[i] = word_lower(value[i]);
	}
	if (op == OP_HAS && f->kind != FIELD_NAME)
		return true;
	for (;;) {
		size_t n = strcspn(value, ",");
		char s[WHERE_TEXT];

		snprintf(s, sizeof s, "%.*s", (int)n, value);
		if (!alternative(f, op, s, zone, out, err))
			return false;
		if (op > OP_HAS && f->kind != FIELD_NAME)
			compare(op, out);
		if (!value[n])
			return true;
		value += n + 1;
		if (out->n == WHERE_ALTERNATIVES || op > OP_HAS) {
			snprintf(err, WHERE_ERROR, "%s: too many values",
				 f->name);
			return false;
		}
	}
}
