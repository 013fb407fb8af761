#include "report/report_block.h"

#include "base/units.h"
#include "report/timeline.h"

#include <stdio.h>
#include <string.h>

enum {
	INDENT = 2,
	LABEL = 15,    // columns of "why", "could also be", ...
	SENTENCE = 512 // room for any one text
};

// A block being written.
struct block {
	const struct report *r;
	const struct connection *c;
	const struct verdict *verdict;
	size_t i;
	struct text *out;
	size_t key;        // columns of what stands before the texts
	const char *label; // of the last line
	struct text words;
};

// Adds "  label     key   text", wrapped; a label is not repeated.
static void put_line(struct block *b, const char *label, const char *key,
		     const char *words)
{
	size_t n = text_columns(key, strlen(key));
	size_t width = *key ? b->key + 3 : 0, at = INDENT + LABEL + width;

	text_fill(b->out, " ", INDENT);
	report_tone(b->out, b->r, TONE_FAINT);
	text_printf(b->out, "%-*s", LABEL, label == b->label ? "" : label);
	report_tone(b->out, b->r, TONE_PLAIN);
	text_puts(b->out, key);
	text_fill(b->out, " ", width > n ? width - n : 0);
	text_wrap(b->out, words, at, at, b->r->width);
	text_char(b->out, '\n');
	b->label = label;
}

static const char *words_of(const struct block *b)
{
	return b->words.s ? b->words.s : "";
}

// Who ------------------------------------------------------------------------

// What the connection was wrapped in, VLANs apart.
static void put_tunnel(struct block *b)
{
	static const struct {
		uint16_t tunnel;
		const char *name;
	} tunnels[] = {
		{ TUNNEL_MPLS, "MPLS" },   { TUNNEL_PPPOE, "PPPoE" },
		{ TUNNEL_GRE, "GRE" },     { TUNNEL_IP, "IP" },
		{ TUNNEL_VXLAN, "VXLAN" }, { TUNNEL_GENEVE, "Geneve" },
		{ TUNNEL_GTP, "GTP" },     { TUNNEL_OTHER, "a tunnel" },
	};
	const char *before = "   inside ";

	for (size_t i = 0; i < sizeof tunnels / sizeof *tunnels; i++) {
		if (!(b->c->tunnel & tunnels[i].tunnel))
			continue;
		text_puts(b->out, before);
		text_puts(b->out, tunnels[i].name);
		before = ", ";
	}
}

static void put_head(struct block *b)
{
	const struct connection *c = b->c;

	report_tone(b->out, b->r, TONE_STRONG);
	text_printf(b->out, "#%zu  ", report_number(b->r, b->i));
	report_endpoint(b->out, &c->addr[CLIENT], c->port[CLIENT]);
	text_puts(b->out, b->r->utf8 ? " \u2192 " : " -> ");
	report_endpoint(b->out, &c->addr[SERVER], c->port[SERVER]);
	report_tone(b->out, b->r, TONE_PLAIN);
	text_puts(b->out, "   ");
	units_duration(b->out, connection_duration(c));
	text_puts(b->out, "   sent ");
	text_grouped(b->out, c->bytes[CLIENT]);
	text_puts(b->out, " B, received ");
	text_grouped(b->out, c->bytes[SERVER]);
	text_puts(b->out, " B");
	put_tunnel(b);
	text_char(b->out, '\n');
}

static void put_title(struct block *b)
{
	const struct verdict *v = b->verdict;
	char buf[SENTENCE];

	report_tone(b->out, b->r,
		    connection_eventful(b->c) ? TONE_BAD : TONE_GOOD);
	text_puts(b->out, v->title);
	report_tone(b->out, b->r, TONE_PLAIN);
	text_printf(b->out, " (%s)\n", confidence_name(b->c->confidence));
	text_fill(b->out, " ", INDENT);
	text_wrap(b->out, report_sentence(b->c, buf, sizeof buf), INDENT,
		  INDENT, b->r->width);
	text_char(b->out, '\n');
}

// Why ------------------------------------------------------------------------

void report_statement_frames(const struct report *r, const struct statement *t,
			     struct text *out)
{
	uint64_t first = t->frame, second = t->other;

	if (first && second && second < first) {
		first = t->other;
		second = t->frame;
	}
	if (!first && !second)
		return;
	text_puts(out, first && second ? "frames " : "frame ");
	report_frame(out, r, first ? first : second);
	if (first && second) {
		text_puts(out, ", ");
		report_frame(out, r, second);
	}
}

static void put_frames(struct block *b, const struct statement *t)
{
	text_cut(&b->words, 0);
	report_statement_frames(b->r, t, &b->words);
}

static size_t widest_key(struct block *b, const struct statement *said,
			 size_t n)
{
	size_t widest = 6; // "client"

	for (size_t i = 0; i < n; i++) {
		put_frames(b, &said[i]);
		widest = b->words.n > widest ? b->words.n : widest;
	}
	return widest;
}

// What is excluded without a finding of its own; what has the same reason
// stands together.
static void put_exclusions(struct block *b, const struct statement *said,
			   size_t n, const char *label)
{
	const struct exclusion *e =
	    report_exclusion(b->c, said, n, b->verdict->against);
	const struct exclusion *next;

	text_cut(&b->words, 0);
	for (; e; e = next) {
		next = report_exclusion(b->c, said, n, e + 1);
		text_puts(&b->words, b->words.n ? ", " : "");
		text_puts(&b->words, verdict_get(e->verdict)->name);
		if (next && !strcmp(next->why, e->why))
			continue;
		text_printf(&b->words, ": %s", e->why);
		put_line(b, label, "", words_of(b));
		text_cut(&b->words, 0);
	}
}

static void put_role(struct block *b, enum finding_role role,
		     const struct statement *said, size_t n)
{
	static const char *const labels[] = {
		[ROLE_WHY] = "why",
		[ROLE_NOT] = "why not",
		[ROLE_LIMIT] = "limits",
		[ROLE_NOTE] = "note",
	};
	char buf[SENTENCE];

	for (size_t i = 0; i < n; i++) {
		if (said[i].role != role)
			continue;
		put_frames(b, &said[i]);
		statement_text(&said[i], buf, sizeof buf);
		put_line(b, labels[role], words_of(b), buf);
	}
	if (role == ROLE_NOT)
		put_exclusions(b, said, n, labels[role]);
}

static void put_findings(struct block *b)
{
	struct statement said[REPORT_STATEMENTS];
	size_t n = report_statements(b->r, b->i, b->c, said);

	b->key = widest_key(b, said, n);
	for (enum finding_role role = ROLE_WHY; role <= ROLE_NOTE; role++)
		put_role(b, role, said, n);
}

static void put_rivals(struct block *b)
{
	char buf[SENTENCE];
	const char *settle = report_to_be_sure(b->c, buf, sizeof buf);

	for (size_t i = 0; i < VERDICT_RIVALS && b->c->also[i]; i++) {
		const struct verdict *rival = verdict_get(b->c->also[i]);

		text_cut(&b->words, 0);
		text_printf(&b->words, "%s: %s", rival->name, rival->gist);
		put_line(b, "could also be", "", words_of(b));
	}
	if (*settle)
		put_line(b, "to be sure", "", settle);
}

// Programs -------------------------------------------------------------------

static void put_call(struct text *out, size_t start, const char *call,
		     enum call_result r, enum stack s)
{
	if (r == CALL_NONE)
		return;
	if (out->n > start)
		text_puts(out, "; ");
	text_puts(out, call);
	text_puts(out, call_result_text(r, s));
}

// After a FIN the wire does not tell close() from shutdown(SHUT_WR).
static const char *closed_itself(const struct connection *c, enum side side)
{
	bool closed = c->closed_first == side || c->closed_first == BOTH;

	if (closed && c->reset_by != NOBODY && c->reset_by != side)
		return "had closed the socket (none of its calls fails), or "
		       "only its sending side, by shutdown(SHUT_WR): then its "
		       "recv fails with ECONNRESET";
	if (closed && c->verdict == RESET_DATA_AFTER_FIN)
		return "had closed the socket (none of its calls fails), or "
		       "shut it down, by shutdown(SHUT_RDWR): then its recv "
		       "fails with ECONNRESET";
	return "had closed or reset the socket itself: none of its calls "
	       "fails";
}

// Why a program has no call left that could tell it anything.
static const char *silent(const struct connection *c, enum side side)
{
	const struct verdict *v = verdict_get(c->verdict);

	if (side == SERVER && v->traits & TRAIT_NEVER_ACCEPTED)
		return "no server program ever got this connection from "
		       "accept";
	if (side == CLIENT && v->connect == CALL_ETIMEDOUT)
		return "its connect was still waiting when the capture ended, "
		       "unless it had given up";
	if (side == CLIENT && v->family == FAMILY_CONNECT &&
	    c->app.connect != CALL_OK)
		return "no program was waiting any more (connect had been "
		       "given up), or there never was one";
	if (side == c->actor && v->no_call)
		return v->no_call;
	if (v->family == FAMILY_CLOSE && c->state[side] == STATE_UNKNOWN)
		return "not known: the capture began in mid-connection";
	return closed_itself(c, side);
}

void report_program(const struct connection *c, enum side side,
		    struct text *out)
{
	const struct app_view *app = &c->app;
	enum stack stack = app->stack[side];
	bool failed = app->connect != CALL_NONE && app->connect != CALL_OK;
	size_t start = out->n;

	if (side == CLIENT && failed)
		put_call(out, start, "connect: ", app->connect, stack);
	if (app->recv[side] == app->send[side]) {
		put_call(out, start, "recv and send: ", app->recv[side], stack);
	} else {
		put_call(out, start, "recv: ", app->recv[side], stack);
		put_call(out, start, "send: ", app->send[side], stack);
	}
	if (verdict_has(c->verdict, TRAIT_LOSES_LATE_DATA) &&
	    app->send[side] == CALL_EPIPE)
		text_puts(out, ", after one that had succeeded");
	if (out->n == start)
		text_puts(out, silent(c, side));
	else if (stack == STACK_UNKNOWN)
		text_puts(out, " (as on Linux: its operating system is not "
			       "recognised)");
	else if (stack != STACK_LINUX)
		text_printf(out, " (%s)", stack_name(stack));
}

static void put_program(struct block *b, enum side side)
{
	text_cut(&b->words, 0);
	report_program(b->c, side, &b->words);
	put_line(b, "programs", side_name(side), words_of(b));
}

// Where to look --------------------------------------------------------------

void report_display_filter(const struct report *r, size_t i, struct text *out)
{
	struct connection c = report_connection(r, i);
	const char *ip = addr_is_v4(&c.addr[CLIENT]) ? "ip" : "ipv6";
	char buf[ADDR_TEXT];

	if (r->streams) {
		text_printf(out, "tcp.stream eq %zu", i);
		return;
	}
	for (enum side side = CLIENT; side <= SERVER; side++)
		text_printf(out, "%s%s.addr eq %s and tcp.port eq %u",
			    side == CLIENT ? "" : " and ", ip,
			    addr_text(&c.addr[side], buf, sizeof buf),
			    (unsigned)c.port[side]);
}

static void put_span(struct block *b)
{
	uint64_t frames[REPORT_FRAMES];
	size_t n = report_frames(b->r, b->i, b->c, frames);

	if (n) {
		text_puts(&b->words, n > 1 ? ", frames " : ", frame ");
		report_frame(&b->words, b->r, frames[0]);
	}
	if (n > 1) {
		text_puts(&b->words, " to ");
		report_frame(&b->words, b->r, frames[n - 1]);
	}
}

static void put_look(struct block *b)
{
	char more[64];

	text_cut(&b->words, 0);
	report_display_filter(b->r, b->i, &b->words);
	put_span(b);
	put_line(b, "Wireshark", "", words_of(b));
	snprintf(more, sizeof more, "tcpwhy explain %s", b->verdict->name);
	put_line(b, "more", "", more);
}

static void put_advice(struct block *b)
{
	char buf[SENTENCE];

	report_advice_said(b->r, b->i, b->c, buf, sizeof buf);
	if (*buf)
		put_line(b, "what to do", "", buf);
}

void report_block(const struct report *r, size_t i, struct text *out)
{
	struct connection c = report_connection(r, i);
	struct block b = { .r = r,
			   .c = &c,
			   .verdict = verdict_get(c.verdict),
			   .i = i,
			   .out = out };

	put_head(&b);
	put_title(&b);
	put_findings(&b);
	put_rivals(&b);
	put_program(&b, CLIENT);
	put_program(&b, SERVER);
	put_advice(&b);
	put_look(&b);
	text_release_scratch(&b.words, out);
}

void report_ladder(const struct report *r, size_t i, struct text *out)
{
	struct timeline t =
	    timeline_fold(r->analysis, analysis_get(r->analysis, i));

	if (t.count)
		text_char(out, '\n');
	timeline_draw(&t, r, out);
	out->failed |= t.failed;
	timeline_release(&t);
}
