#include "cli/select.h"

#include "cli/message.h"
#include "query/pair.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINES = 10000 }; // of a log; each one is held against each connection

// Log lines ------------------------------------------------------------------

static bool add_line(struct choice *c, const char *text)
{
	struct logline line, *more;

	if (!logline_parse(text, &line))
		return true;
	more = realloc(c->line, (c->lines + 1) * sizeof *more);
	if (!more) {
		complain("out of memory");
		return false;
	}
	c->line = more;
	more[c->lines++] = line;
	return true;
}

static bool add_file(struct choice *c, const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;
	bool ok = true;

	if (!file) {
		complain("%s: %s", path, strerror(errno));
		return false;
	}
	while (ok && c->lines < LINES && getline(&text, &size, file) != -1)
		ok = add_line(c, text);
	if (ferror(file)) {
		complain("%s: cannot be read", path);
		ok = false;
	}
	if (c->lines == LINES)
		complain("%s: only its first %d lines are looked at", path,
			 LINES);
	free(text);
	fclose(file);
	return ok;
}

// Zones ----------------------------------------------------------------------

static const int64_t second = 1000000000;

// "+02:00", "-0530", "+2", "Z", "UTC".
static bool fixed_zone(const char *s, int32_t *east)
{
	int32_t n = 0, value = 0;
	bool west = *s == '-';

	*east = 0;
	if (!strcmp(s, "Z") || !strcmp(s, "UTC") || !strcmp(s, "GMT"))
		return true;
	if (*s != '-' && *s != '+')
		return false;
	for (s++; *s && n <= 4; s++) {
		if (*s == ':' && n == 2)
			continue;
		if (*s < '0' || *s > '9')
			return false;
		value = value * 10 + (*s - '0');
		n++;
	}
	value = n <= 2 ? value * 3600 : value / 100 * 3600 + value % 100 * 60;
	*east = west ? -value : value;
	return n == 1 || n == 2 || n == 4;
}

static bool zone_exists(const char *name)
{
	char path[200];
	int n = snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);

	return *name && !strstr(name, "..") && n < (int)sizeof path &&
	       !access(path, R_OK);
}

// Seconds that the current zone is east of UTC when its clocks show this.
static int32_t local_offset(int64_t seconds)
{
	time_t shown = (time_t)seconds, t;
	struct tm tm;

	if (!gmtime_r(&shown, &tm))
		return 0;
	tm.tm_isdst = -1;
	t = mktime(&tm);
	return t == (time_t)-1 ? 0 : (int32_t)(shown - t);
}

// The same for the zone of --log-tz, or that of the report.
static int32_t zone_offset(const struct settings *s, int64_t seconds)
{
	const char *before = getenv("TZ");
	char *old = before ? strdup(before) : NULL;
	int32_t east = 0;

	if (s->log_tz && !fixed_zone(s->log_tz, &east)) {
		setenv("TZ", s->log_tz, 1);
		tzset();
		east = local_offset(seconds);
		if (old)
			setenv("TZ", old, 1);
		else
			unsetenv("TZ");
		tzset();
	} else if (!s->log_tz && s->local) {
		east = local_offset(seconds);
	}
	free(old);
	return east;
}

// Choosing -------------------------------------------------------------------

static bool understand_words(const struct settings *s)
{
	char err[WHERE_ERROR];
	struct where *w = s->where ? where_parse(s->where, 0, err) : NULL;

	if (s->where && !w)
		complain("--where: %s", err);
	where_free(w);
	return !s->where || w;
}

static bool understand_error(struct choice *c, const char *name)
{
	const char *nearest = NULL;

	c->errors = errno_find(name, &nearest);
	if (!c->errors)
		complain("--errno: no error \"%s\"; the nearest is \"%s\"",
			 name, nearest);
	return c->errors;
}

static bool understand_zone(const char *zone)
{
	int32_t east;

	if (fixed_zone(zone, &east) || zone_exists(zone))
		return true;
	complain("--log-tz: no zone \"%s\"; it is like +02:00, Europe/Berlin "
		 "or UTC",
		 zone);
	return false;
}

static bool understand_lines(struct choice *c, const struct settings *s)
{
	for (size_t i = 0; i < s->log_count; i++) {
		if (!add_line(c, s->logs[i]))
			return false;
	}
	if (s->log_file && !add_file(c, s->log_file))
		return false;
	if (c->lines || (!s->log_count && !s->log_file))
		return true;
	complain("--log: no time, address or error that I know of");
	return false;
}

bool choice_begin(struct choice *c, const struct settings *s)
{
	*c = (struct choice){ .settings = s };
	return understand_words(s) &&
	       (!s->error || understand_error(c, s->error)) &&
	       (!s->log_tz || understand_zone(s->log_tz)) &&
	       understand_lines(c, s);
}

void choice_release(struct choice *c)
{
	free(c->line);
	free(c->order);
	where_free(c->where);
}

static bool sees(const struct connection *c, call_set errors)
{
	for (enum side side = CLIENT; side <= SERVER; side++) {
		if (call_returned(&c->app, side, IN_CONNECT, errors) ||
		    call_returned(&c->app, side, IN_RECV, errors) ||
		    call_returned(&c->app, side, IN_SEND, errors))
			return true;
	}
	return false;
}

// The analysis whose findings connection i has.
static const struct analysis *analysis_of(const struct report *r, size_t i)
{
	return r->pair ? pair_analysis(r->pair, pair_get(r->pair, i)->view)
		       : r->analysis;
}

// Room for n connections, and the words understood in the zone of the first.
static bool prepare(struct choice *c, const struct report *r, size_t n)
{
	const struct settings *s = c->settings;
	int64_t first = analysis_tally(r->analysis)->first;
	int32_t east = s->local ? local_offset(first / second) : 0;
	uint32_t *order = realloc(c->order, (n + 1) * sizeof *order);
	char err[WHERE_ERROR];

	if (order)
		c->order = order;
	if (!c->where)
		c->where = where_parse(s->where ? s->where : "", east, err);
	if (!order || !c->where)
		complain("out of memory");
	return order && c->where;
}

// Leaves of r's connections those that the words and the error allow.
static bool sift(struct choice *c, struct report *r)
{
	size_t n = report_size(r), kept = 0;
	struct report plain = *r; // words name true addresses

	if (!prepare(c, r, n))
		return false;
	plain.anonymizer = NULL;
	for (size_t k = 0; k < n; k++) {
		size_t i = report_nth(r, k);
		struct connection one = report_connection(&plain, i);

		if (where_match(c->where, analysis_of(r, i), &one, i) &&
		    (!c->errors || sees(&one, c->errors)))
			c->order[kept++] = (uint32_t)i;
	}
	r->order = c->order;
	r->order_count = kept;
	return true;
}

static void rank(struct choice *c, struct report *r)
{
	const struct tally *t = analysis_tally(r->analysis);

	for (size_t i = 0; i < c->lines; i++) {
		struct logline *l = &c->line[i];

		logline_year(l, t->last);
		logline_zone(l, zone_offset(c->settings, l->time / second));
	}
	ranking_make(&c->ranking, r->analysis, c->line, c->lines);
	r->ranking = &c->ranking;
	r->order = c->ranking.order;
	r->order_count = c->ranking.ranks;
}

bool choice_make(struct choice *c, struct report *r)
{
	if (r->only)
		return true;
	if (c->lines)
		rank(c, r);
	r->errors = c->errors;
	return (!c->settings->where && !c->errors) || sift(c, r);
}
