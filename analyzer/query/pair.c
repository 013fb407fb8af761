#include "query/pair_parts.h"

#include "base/array.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pair *pair_new(void)
{
	return calloc(1, sizeof(struct pair));
}

void pair_free(struct pair *p)
{
	if (!p)
		return;
	segment_index_release(&p->index[0]);
	segment_index_release(&p->index[1]);
	free(p->paired);
	free(p->fact);
	free(p);
}

// Sorting takes as much again, comparing a connection's up to twice as much.
void pair_limit(struct pair *p, size_t bytes)
{
	for (size_t end = 0; end < 2; end++)
		p->index[end].most = bytes / (4 * sizeof(struct seg)) + 1;
}

size_t pair_cut(const struct pair *p, enum pair_end end)
{
	return p->index[end].full ? p->index[end].segs : 0;
}

bool pair_frame(struct pair *p, enum pair_end end, const struct frame *f)
{
	packet_decode(f, &p->packet);
	return p->packet.kind != PACKET_SEGMENT ||
	       segment_index_add(&p->index[end], &p->packet.segment);
}

// Facts ----------------------------------------------------------------------

void pair_add_fact(struct pair_context *l, enum finding_role role,
		   const char *rule, uint64_t frame, uint64_t other,
		   const char *format, ...)
{
	struct pair *p = l->p;
	struct pair_fact *f;
	va_list args;

	f = array_grown(p->fact, p->facts, &p->facts_size, sizeof *f);
	p->failed |= !f;
	if (!f)
		return;
	p->fact = f;
	f += p->facts++;
	*f = (struct pair_fact){
		.role = role, .rule = rule, .frame = frame, .other = other
	};
	va_start(args, format);
	vsnprintf(f->sentence, sizeof f->sentence, format, args);
	va_end(args);
	l->one->facts++;
}

// The path -------------------------------------------------------------------

static void tell_path(struct pair_context *l, enum side by)
{
	const struct path_comparison *w = &l->path[by];
	enum verdict_family family = verdict_get(l->one->c.verdict)->family;
	bool why = family == FAMILY_TIMEOUT || family == FAMILY_CONNECT;
	enum pair_end end = by == CLIENT ? PAIR_CLIENT : PAIR_SERVER;

	if (w->vanished && !w->forged)
		pair_add_fact(l, ROLE_NOTE, "rst_lost",
			      pair_frame_at(w->vanished, end), 0,
			      "this RST of the %s never reached the %s",
			      side_name(by), side_name(!by));
	if (w->unchecked)
		pair_add_fact(
		    l, ROLE_LIMIT, "rst_not_checked",
		    pair_frame_at(w->unchecked, !end), 0,
		    "whether the %s sent this RST cannot be checked: the "
		    "capture at its end had not begun or had ended by then",
		    side_name(by));
	if (w->forged && pair_trusts(l, by)) {
		l->p->sum.forged++;
		if (!l->forged[by])
			pair_add_never_sent(l, ROLE_NOTE, by);
	}
	if (w->forged && !pair_trusts(l, by))
		pair_add_fact(
		    l, ROLE_LIMIT, "rst_not_captured",
		    pair_frame_at(w->forged, !end), 0,
		    "the capture made at the %s lacks this RST, which proves "
		    "nothing: %s",
		    side_name(by),
		    l->p->sum.place == PAIR_ONE_PLACE
			? "both captures were made at one place"
			: "it lacks other packets, too, that passed there");
	if (w->first_lost)
		pair_add_fact(l, why ? ROLE_WHY : ROLE_NOTE, "lost_on_the_way",
			      pair_frame_at(w->first_lost, end), 0,
			      "%llu of the %s's packets never reached the %s's "
			      "capture; this is the first",
			      (unsigned long long)w->lost, side_name(by),
			      side_name(!by));
	if (w->incomplete)
		pair_add_fact(
		    l, ROLE_LIMIT, "capture_incomplete", 0, 0,
		    "packets of the %s arrived that the capture at its end "
		    "lacks: what that capture lacks proves nothing here",
		    side_name(by));
}

static void sum_up(struct pair_sum *sum, const struct path_comparison *w,
		   enum side by)
{
	sum->sent[by] += w->sent;
	sum->lost[by] += w->lost;
	sum->unchecked += w->unchecked != NULL;
	for (size_t end = 0; end < 2; end++) {
		sum->shown[end] += w->shown[end];
		sum->missed[end] += w->missed[end];
	}
}

static bool translated(const struct connection *a, const struct connection *b)
{
	return addr_cmp(&a->addr[0], &b->addr[0]) ||
	       addr_cmp(&a->addr[1], &b->addr[1]) || a->port[0] != b->port[0] ||
	       a->port[1] != b->port[1];
}

static void tell_translated(struct pair_context *l)
{
	const struct connection *v = l->view[PAIR_SERVER];

	l->p->sum.translated++;
	pair_add_fact(
	    l, ROLE_NOTE, "translated", 0, 0,
	    "recognised by its sequence numbers: in the server's capture it "
	    "is connection %zu, from port %u to port %u, with other "
	    "addresses or ports",
	    l->one->other + 1, (unsigned)v->port[CLIENT],
	    (unsigned)v->port[SERVER]);
}

static void compare_paths(struct pair *p, size_t i, uint32_t other,
			  struct path_comparison path[2])
{
	const size_t *a = p->index[0].begin + i, *b = p->index[1].begin + other;
	struct segment_pair both = { .seg = { p->index[0].seg + a[0],
					      p->index[1].seg + b[0] },
				     .n = { a[1] - a[0], b[1] - b[0] } };

	for (enum side by = CLIENT; by <= SERVER; by++) {
		p->failed |=
		    !path_compare(&both, by, p->index, &p->sum, &path[by]);
		sum_up(&p->sum, &path[by], by);
	}
}

static void explain(struct pair_context *l, uint32_t other)
{
	struct pair *p = l->p;

	l->one->found = true;
	l->one->other = other;
	l->view[PAIR_SERVER] = analysis_get(p->analysis[PAIR_SERVER], other);
	pair_judge(l);
	pair_own_view(l);
	tell_path(l, CLIENT);
	tell_path(l, SERVER);
	if (translated(l->view[0], l->view[1]))
		tell_translated(l);
}

// Does the server's capture have anything at all of that service?
static bool service_seen(const struct pair *p, const struct connection *c)
{
	const struct analysis *a = p->analysis[PAIR_SERVER];

	for (size_t i = 0; i < analysis_count(a); i++) {
		const struct connection *s = analysis_get(a, i);

		if (s->port[SERVER] == c->port[SERVER] &&
		    !addr_cmp(&s->addr[SERVER], &c->addr[SERVER]))
			return true;
	}
	return false;
}

static void explain_unmatched(struct pair_context *l)
{
	struct connection *c = &l->one->c;
	const struct segment_index *s = &l->p->index[PAIR_SERVER];
	bool refused = verdict_has(c->verdict, TRAIT_REFUSED);
	int64_t shift = l->p->sum.offset;

	if (!pair_never_opened(c) || !pair_complete(l->p, PAIR_SERVER) ||
	    !service_seen(l->p, c) || c->start + shift < s->first ||
	    c->end + shift > s->last)
		return;
	if (refused)
		c->reset_by = MIDDLEBOX;
	pair_add_fact(
	    l, ROLE_WHY, "never_arrived", 0, 0,
	    "nothing of this connection reached the server's capture, "
	    "which has others to that port: the client's packets are "
	    "%s on the way",
	    refused ? "rejected" : "dropped");
}

// All connections are compared before the first is explained: what one
// capture lacks of any of them tells how far its silence can be trusted.
static void settle(struct pair *p, const uint32_t *pair,
		   struct path_comparison (*path)[2])
{
	for (size_t i = 0; i < p->index[0].conns; i++)
		if (pair[i] != NO_PAIR)
			compare_paths(p, i, pair[i], path[i]);
	for (size_t i = 0; i < p->index[0].conns; i++) {
		struct pair_context l = { .p = p,
					  .one = &p->paired[i],
					  .path = path[i] };

		l.view[0] = analysis_get(p->analysis[0], i);
		l.one->c = *l.view[0];
		l.one->fact = p->facts;
		if (pair[i] == NO_PAIR) {
			p->sum.unmatched[PAIR_CLIENT]++;
			explain_unmatched(&l);
			continue;
		}
		p->sum.pairs++;
		explain(&l, pair[i]);
	}
	p->sum.unmatched[PAIR_SERVER] = p->index[1].conns - p->sum.pairs;
}

// True if a connection of the client's capture was open, so that the server's
// should have it.
static bool any_opened(const struct analysis *a)
{
	for (size_t i = 0; i < analysis_count(a); i++)
		if (!pair_never_opened(analysis_get(a, i)))
			return true;
	return false;
}

bool pair_settle(struct pair *p, const struct analysis *client,
		 const struct analysis *server, const bool dropped[2])
{
	size_t n = analysis_count(client);
	uint32_t *pair = calloc(n + 1, sizeof *pair);
	struct path_comparison(*path)[2] = calloc(n + 1, sizeof *path);
	bool ok = pair && path;

	p->analysis[PAIR_CLIENT] = client;
	p->analysis[PAIR_SERVER] = server;
	memcpy(p->dropped, dropped, sizeof p->dropped);
	p->paired = calloc(n + 1, sizeof *p->paired);
	ok = ok && p->paired && segment_index_sort(&p->index[0], client) &&
	     segment_index_sort(&p->index[1], server) &&
	     match_connections(&p->index[0], &p->index[1], pair) &&
	     path_clocks(p->index, pair, &p->sum);
	if (ok)
		settle(p, pair, path);
	if (ok && !p->sum.pairs && any_opened(client))
		p->sum.place = PAIR_STRANGERS;
	free(pair);
	free(path);
	return ok && !p->failed;
}

// Results --------------------------------------------------------------------

const struct paired *pair_get(const struct pair *p, size_t i)
{
	return &p->paired[i];
}

const struct pair_fact *pair_facts(const struct pair *p,
				   const struct paired *one)
{
	return p->fact ? p->fact + one->fact : NULL;
}

const struct pair_sum *pair_sum(const struct pair *p)
{
	return &p->sum;
}

const struct analysis *pair_analysis(const struct pair *p, enum pair_end end)
{
	return p->analysis[end];
}
