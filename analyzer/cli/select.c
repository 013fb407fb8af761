#include "cli/select.h"

#include "cli/message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 10000 }; // of a log; each one is held against each connection

// Log lines ------------------------------------------------------------------

static bool out_of_memory(struct choice *c)
{
	complain("out of memory");
	c->failed = true;
	return false;
}

static bool add_line(struct choice *c, const char *text)
{
	struct logline line, *more;
	bool useful = logline_parse(text, &line);

	if (*line.at.impossible) {
		snprintf(c->impossible, sizeof c->impossible, "%s",
			 line.at.impossible);
		c->impossibles++;
	}
	if (!useful)
		return true;
	more = realloc(c->line, (c->lines + 1) * sizeof *more);
	if (!more)
		return out_of_memory(c);
	c->line = more;
	more[c->lines++] = line;
	return true;
}

static bool add_file(struct choice *c, const char *path)
{
	FILE *file = c->log;
	char *text = NULL;
	size_t size = 0;
	bool ok = true;

	while (ok && c->lines < LINES && getline(&text, &size, file) != -1)
		ok = add_line(c, text);
	if (ok && c->lines < LINES && !feof(file)) {
		complain("%s: %s", path, strerror(errno));
		c->failed = errno == ENOMEM;
		ok = false;
	}
	if (c->impossibles)
		complain("%s: times that do not exist are left out (%zu), such "
			 "as \"%s\"",
			 path, c->impossibles, c->impossible);
	if (c->lines == LINES)
		complain("%s: only its first %d lines are looked at", path,
			 LINES);
	free(text);
	return ok;
}

// Choosing -------------------------------------------------------------------

// Words of an option; they are understood again, in the zone of the report.
static bool understand_words(struct choice *c, const char *option,
			     const char *words)
{
	char err[WHERE_ERROR];
	struct where *w = where_parse(words, BARE_REFUSED, NULL, err);

	if (!w) {
		complain("%s: %s", option, err);
		c->failed = errno == ENOMEM;
	}
	where_free(w);
	return w;
}

static bool understand_rows(struct choice *c, const struct settings *s)
{
	char err[WHERE_ERROR];

	if (s->sort && !sorting_parse(&c->sorting, s->sort, err)) {
		complain("--sort: %s", err);
		return false;
	}
	if (!s->fields)
		return true;
	c->columns = report_fields(s->fields, err);
	if (!c->columns) {
		complain("--fields: %s", err);
		c->failed = errno == ENOMEM;
	}
	return c->columns;
}

static bool understand_error(struct choice *c, const char *name)
{
	const char *nearest = NULL;

	c->errors = errno_find(name, &nearest);
	if (!c->errors && nearest)
		complain("--errno: no error \"%s\"; the nearest is \"%s\"",
			 name, nearest);
	else if (!c->errors)
		complain("--errno: no error \"%s\"", name);
	return c->errors;
}

// Zones are read now: what they lie in is out of reach later.
static bool understand_zones(struct choice *c, const struct settings *s)
{
	if (s->log_tz)
		c->log_zone = zone_named(s->log_tz);
	if (s->log_tz && !c->log_zone && errno == EINVAL) {
		complain("--log-tz: no zone \"%s\"; it is like +02:00, "
			 "Europe/Berlin or UTC",
			 s->log_tz);
		return false;
	}
	if (s->local)
		c->shown_zone = zone_local();
	if ((!s->log_tz || c->log_zone) && (!s->local || c->shown_zone))
		return true;
	complain("out of memory");
	return false;
}

static bool open_log(struct choice *c, const char *path)
{
	c->log = fopen(path, "re");
	if (c->log)
		return true;
	c->failed = errno == ENOMEM;
	complain("%s: %s", path, strerror(errno));
	return false;
}

bool choice_read(struct choice *c)
{
	const struct settings *s = c->settings;

	for (size_t i = 0; i < s->log_count; i++) {
		if (!add_line(c, s->logs[i]))
			return false;
		if (!c->impossibles)
			continue;
		complain("--log: there is no such time as \"%s\"",
			 c->impossible);
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
	errno = 0;
	return (!s->where || understand_words(c, "--where", s->where)) &&
	       (!s->fail_on || understand_words(c, "--fail-on", s->fail_on)) &&
	       understand_rows(c, s) &&
	       (!s->error || understand_error(c, s->error)) &&
	       understand_zones(c, s) &&
	       (!s->log_file || open_log(c, s->log_file));
}

void choice_release(struct choice *c)
{
	if (c->log)
		fclose(c->log);
	free(c->line);
	free(c->order);
	where_free(c->where);
	where_free(c->fail_on);
	free(c->columns);
	zone_free(c->log_zone);
	zone_free(c->shown_zone);
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

// Room for n connections, and the words understood in the zone of the report.
static bool prepare(struct choice *c, size_t n)
{
	const struct settings *s = c->settings;
	const char *where = s->where ? s->where : "";
	uint32_t *order = realloc(c->order, (n + 1) * sizeof *order);
	char err[WHERE_ERROR];

	if (order)
		c->order = order;
	if (!c->where)
		c->where = where_parse(where, BARE_REFUSED, c->shown_zone, err);
	if (!c->fail_on && s->fail_on)
		c->fail_on =
		    where_parse(s->fail_on, BARE_REFUSED, c->shown_zone, err);
	return (order && c->where && (c->fail_on || !s->fail_on)) ||
	       out_of_memory(c);
}

// Leaves of r's connections those that the words and the error allow.
static bool sift(struct choice *c, struct report *r)
{
	size_t n = report_size(r), kept = 0;
	struct report plain = *r; // words name true addresses

	if (!prepare(c, n))
		return false;
	plain.anonymizer = NULL;
	for (size_t k = 0; k < n; k++) {
		size_t i = report_nth(r, k);
		struct connection one = report_connection(&plain, i);
		const struct analysis *why = report_analysis(r, i);

		if (!where_match(c->where, r->analysis, why, &one, i) ||
		    (c->errors && !sees(&one, c->errors)))
			continue;
		c->order[kept++] = (uint32_t)i;
		c->matched |= c->fail_on && where_match(c->fail_on, r->analysis,
							why, &one, i);
	}
	r->order = c->order;
	r->order_count = kept;
	return true;
}

// Puts those that were sifted in the order that was asked for.
static bool sort(struct choice *c, struct report *r)
{
	size_t n = report_size(r), made = 0;
	struct sort_key *key = calloc(n + 1, sizeof(*key));
	struct report plain = *r;
	bool room = key;

	plain.anonymizer = NULL;
	for (; room && made < n; made++) {
		size_t i = c->order[made];
		struct connection one = report_connection(&plain, i);
		struct where_subject s = { r->analysis, report_analysis(r, i),
					   &one, i };

		room = sorting_key(&c->sorting, &s, &key[made]);
	}
	if (room) {
		sorting_sort(key, n);
		for (size_t k = 0; k < n; k++)
			c->order[k] = key[k].index;
	}
	sorting_keys_free(key, made);
	return room || out_of_memory(c);
}

static void rank(struct choice *c, struct report *r)
{
	const struct tally *t = analysis_tally(r->analysis);

	for (size_t i = 0; i < c->lines; i++) {
		struct logline *l = &c->line[i];

		log_time_year(&l->at, t->last);
		log_time_zone(&l->at,
			      c->log_zone ? c->log_zone : c->shown_zone);
	}
	ranking_make(&c->ranking, r->analysis, c->line, c->lines);
	r->ranking = &c->ranking;
	r->order = c->ranking.order;
	r->order_count = c->ranking.ranks;
}

static bool sifts(const struct settings *s)
{
	return s->where || s->error || s->fail_on || s->sort || s->limit;
}

bool choice_make(struct choice *c, struct report *r)
{
	size_t limit = c->settings->limit;

	r->columns = c->columns;
	if (r->only && !c->settings->fail_on)
		return true;
	if (c->lines && !r->only)
		rank(c, r);
	r->errors = c->errors;
	if (!sifts(c->settings))
		return true;
	if (!sift(c, r) || (c->sorting.field && !sort(c, r)))
		return false;
	if (limit && limit < r->order_count)
		r->order_count = limit;
	return true;
}
