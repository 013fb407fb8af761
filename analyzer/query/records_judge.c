// What the joined records prove of an end.
//
// A record leaves some verdicts possible. Of those that the packets leave, what
// a record excludes is struck; if one is left, it is certain. Where the packets
// prove a verdict that a record excludes, both are told and nothing changes:
// the record may be another host's.
#include "query/records_parts.h"

#include "base/array.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A connection being decided.
struct decision {
	struct records *r;
	struct recorded *one;
	enum side by;     // in whose name the RST came that ended it
	uint64_t frame;   // that RST
	bool answer;      // it answers a segment
	bool mptcp;       // its socket is one of several of a connection
	bool lossy;       // the capture lacks some of its bytes
	uint8_t likeliest; // of what is left, or VERDICT_NONE
	verdict_set left; // what the records leave
	const struct record *proof; // the last that decides
	bool weak;                  // the clock of one of them is in doubt
};

static verdict_set foreign(void)
{
	verdict_set set = 0;

	for (enum verdict_id id = VERDICT_NONE + 1; id < VERDICTS; id++)
		if (verdict_has(id, TRAIT_FOREIGN))
			set |= VERDICT_BIT(id);
	return set;
}

static void add_fact(struct decision *l, const struct record *one,
		     enum finding_role role, const char *rule,
		     const char *before, const char *behind)
{
	struct records *r = l->r;
	struct records_fact *f =
	    array_grown(r->fact, r->facts, &r->facts_size, sizeof *f);
	enum side side =
	    l->one->c.port[CLIENT] == one->port[0] &&
		    !addr_cmp(&l->one->c.addr[CLIENT], &one->addr[0])
		? CLIENT
		: SERVER;
	char says[RECORDS_SENTENCE / 2];

	r->failed |= !f;
	if (!f)
		return;
	r->fact = f;
	f += r->facts++;
	*f = (struct records_fact){ .role = role,
				    .rule = rule,
				    .frame = one->rst };
	verdict_sentence(one->says, side, says, sizeof says);
	snprintf(f->sentence, sizeof f->sentence, "%s:%u: %s%s (%s%s%s%s%s)%s",
		 r->file[one->file].sum.name, (unsigned)one->line, before, says,
		 one->source, one->reason ? ", reason " : "",
		 one->reason ? one->reason : "", *one->who ? ", task " : "",
		 one->who, behind);
	l->one->facts++;
}

// What the packets say --------------------------------------------------------

// Which RST ended it, and what it looks like.
static void look(struct decision *l)
{
	struct finding all[EVIDENCE_FINDINGS];
	const struct connection *c = &l->one->c;

	l->by = c->reset_by == MIDDLEBOX ? c->actor : c->reset_by;
	analysis_findings(l->r->analysis, c, all);
	for (size_t i = 0; i < c->findings; i++) {
		switch (all[i].fact) {
		case RST_REPLY:
			l->answer = true;
			l->frame = all[i].frame;
			break;
		case RST_BY_SOCKET:
		case RST_OTHER:
			l->frame = all[i].frame;
			break;
		case LOST:
			l->lossy = true;
			break;
		case IS_MPTCP:
		case NOTE_MPTCP_FASTCLOSE:
		case NOTE_MPTCP_RST:
			l->mptcp = true;
			break;
		default:
			break;
		}
	}
}

static verdict_set wire_set(const struct connection *c)
{
	verdict_set set = VERDICT_BIT(c->verdict);

	for (size_t i = 0; i < VERDICT_RIVALS && c->also[i]; i++)
		set |= VERDICT_BIT(c->also[i]);
	return set;
}

// Deciding --------------------------------------------------------------------

// True if the record is about the RST that ended the connection, or about one
// that was sent before and never captured: then that ended it.
static bool decides(const struct decision *l, const struct record *one)
{
	const struct connection *c = &l->one->c;

	if (one->kind == RECORD_RECEIVED || l->by > SERVER ||
	    addr_cmp(&one->addr[0], &c->addr[l->by]) ||
	    one->port[0] != c->port[l->by])
		return false;
	return one->rst ? one->rst == l->frame
			: l->answer && one->kind == RECORD_SENT;
}

// A program that had read all that it was sent left nothing unread. What it had
// not read may have come later, but hardly did; and Linux looks at that before it
// looks at SO_LINGER (tcp_close()).
static verdict_set unread(struct decision *l, const struct record *one)
{
	if (one->read >= l->one->c.bytes[!l->by])
		return ~VERDICT_BIT(RESET_UNREAD_DATA);
	l->likeliest = RESET_UNREAD_DATA;
	return EVERY_VERDICT;
}

static void heed(struct decision *l, const struct record *one)
{
	verdict_set allowed = one->allowed ? one->allowed : EVERY_VERDICT;

	l->likeliest = one->likeliest;
	if (one->counted && !l->lossy && one->kind == RECORD_CLOSED)
		allowed &= unread(l, one);
	// An MPTCP socket resets its subflows alike for either reason.
	if (l->mptcp && allowed & VERDICT_BIT(RESET_UNREAD_DATA))
		allowed |= VERDICT_BIT(RESET_LINGER_ZERO);
	l->left &= allowed & ~foreign();
	l->proof = one;
	l->weak |= one->weak;
}

// The verdict that is the only one in the set; VERDICT_NONE: it has several.
static enum verdict_id only_one(verdict_set set)
{
	enum verdict_id id = VERDICT_NONE;

	if (!set || set & (set - 1))
		return VERDICT_NONE;
	while (!(set & VERDICT_BIT(id)))
		id++;
	return id;
}

static void rule(struct decision *l, enum verdict_id id, enum confidence sure)
{
	struct connection *c = &l->one->c;

	c->verdict = (uint8_t)id;
	c->confidence = (uint8_t)(l->weak && sure > LIKELY ? LIKELY : sure);
	memset(c->also, VERDICT_NONE, sizeof c->also);
}

// Puts the likeliest first, if there is such.
static void prefer(struct connection *c, uint8_t likeliest, uint8_t *kept,
		   size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!likeliest || kept[i] != likeliest)
			continue;
		memmove(kept + 1, kept, i);
		kept[0] = likeliest;
		c->confidence = LIKELY;
	}
}

// Strikes what is excluded. What the record makes likely comes first, else what
// the packets do.
static void strike(struct decision *l, verdict_set left)
{
	struct connection *c = &l->one->c;
	uint8_t order[1 + VERDICT_RIVALS] = { c->verdict };
	uint8_t kept[1 + VERDICT_RIVALS] = { VERDICT_NONE };
	size_t n = 0;

	memcpy(order + 1, c->also, sizeof c->also);
	for (size_t i = 0; i < sizeof order; i++)
		if (order[i] && left & VERDICT_BIT(order[i]))
			kept[n++] = order[i];
	if (kept[0] != c->verdict && c->confidence > POSSIBLE)
		c->confidence = POSSIBLE;
	prefer(c, l->weak ? VERDICT_NONE : l->likeliest, kept, n);
	c->verdict = kept[0];
	memcpy(c->also, kept + 1, sizeof c->also);
}

static void was_sent(struct connection *c, enum side by)
{
	const struct verdict *v = verdict_get(c->verdict);

	if (c->reset_by != MIDDLEBOX)
		return;
	c->reset_by = (uint8_t)by;
	if (v->if_genuine.verdict != VERDICT_NONE) {
		c->verdict = (uint8_t)v->if_genuine.verdict;
		c->confidence = (uint8_t)v->if_genuine.confidence;
	}
}

static void contradicts(struct decision *l)
{
	add_fact(l, l->proof, ROLE_LIMIT, "record_contradicts", "",
		 "; that contradicts what the packets show, and the verdict is "
		 "theirs: are these records of another host or time?");
}

// One record of several, or two, leave nothing: nothing is concluded.
static void conclude(struct decision *l)
{
	struct connection *c = &l->one->c, before = *c;
	verdict_set wire, left;
	enum verdict_id proved = only_one(l->left);

	if (!l->left || (c->confidence == CERTAIN &&
			 !(l->left & VERDICT_BIT(c->verdict)))) {
		contradicts(l);
		return;
	}
	if (!l->weak)
		was_sent(c, l->by);
	wire = wire_set(c);
	left = wire & l->left;
	if (only_one(left))
		rule(l, only_one(left), CERTAIN);
	else if (left)
		strike(l, left);
	else if (proved)
		rule(l, proved, LIKELY);
	else {
		*c = before;
		contradicts(l);
		return;
	}
	l->one->overruled = before.verdict != c->verdict;
	l->one->settled = before.verdict != c->verdict ||
			  before.confidence != c->confidence ||
			  wire_set(&before) != wire_set(c);
	add_fact(l, l->proof, ROLE_WHY, l->proof->rule, "",
		 l->weak ? "; but the clock of these records rests on this one "
			   "alone"
		 : l->proof->rst ? ""
				 : "; this RST was not captured, the one that "
				   "was answers a later segment");
}

static void judge(struct decision *l, struct record *const *record, size_t n)
{
	const struct record *received = NULL;
	bool unseen = false;

	l->left = EVERY_VERDICT;
	look(l);
	for (size_t i = 0; i < n; i++)
		unseen |= decides(l, record[i]) && !record[i]->rst;
	for (size_t i = 0; i < n; i++) {
		if (decides(l, record[i]) && unseen == !record[i]->rst)
			heed(l, record[i]);
		else if (record[i]->kind == RECORD_RECEIVED &&
			 record[i]->rst == l->frame && l->frame)
			received = record[i];
	}
	if (l->proof)
		conclude(l);
	if (received)
		add_fact(l, received, ROLE_NOTE, received->rule, "", "");
	if (l->one->settled)
		l->r->file[l->proof->file].sum.settled++;
}

static int by_connection(const void *a, const void *b)
{
	const struct record *x = *(const struct record *const *)a,
			    *y = *(const struct record *const *)b;

	if (x->conn != y->conn)
		return x->conn < y->conn ? -1 : 1;
	return x < y ? -1 : x > y;
}

bool records_judge(struct records *r)
{
	struct record **joined = calloc(r->records + 1, sizeof *joined);
	size_t n = 0, end;

	if (!joined)
		return false;
	for (size_t i = 0; i < r->records; i++)
		if (r->record[i].conn)
			joined[n++] = &r->record[i];
	if (n)
		qsort(joined, n, sizeof *joined, by_connection);
	for (size_t i = 0; i < n; i = end) {
		struct decision l = { .r = r,
				      .one =
					  &r->recorded[joined[i]->conn - 1] };

		for (end = i; end < n && joined[end]->conn == joined[i]->conn;)
			end++;
		l.one->fact = r->facts;
		judge(&l, joined + i, end - i);
	}
	free(joined);
	return !r->failed;
}
