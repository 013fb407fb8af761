// The order of the rows, and what a verdict promises.
//
// The first row that fits decides, so each row may rely on what the rows above
// it have excluded. First what shows that the view is too small to speak; then
// forgeries, because a forged RST says nothing about either program; then the
// opening, since a connection that never was can't have been closed; then
// answers of a stack (passive RSTs), which name their cause by what they
// answer; then RSTs of a socket's owner, from proof to mere likelihood. The
// endings without RST have a table of their own. The rows are in rules_*.def.
//
// `certain` is given only where the mechanism leaves no other verdict, and is
// withdrawn below where the view is weak. Where two causes look the same on
// the wire the second one stands in `also`, and the first is not certain.
#include "judge/judge.h"

#define F(fact) FACT(fact)
#define PASSIVE (F(RST_HERE) | F(RST_REPLY))     // a stack's answer
#define ABORT   (F(RST_HERE) | F(RST_BY_SOCKET)) // a socket's own RST
#define MUTE    (F(BY_SERVER) | F(NEVER_SENT))   // a server, no payload

static const struct rule by_rst[] = {
#include "judge/rules_opening.def"

#include "judge/rules_answer.def"

#include "judge/rules_abort.def"
};

static const struct rule without_rst[] = {
#include "judge/rules_quiet.def"
};

// What a weak view takes from a verdict. Endings that rest on what was seen
// keep their certainty; endings that rest on what was not seen lose it.
static const struct cap {
	fact_set facts;            // any of these ...
	enum verdict_trait has;    // ... takes verdicts that have this (0: all)
	enum verdict_trait spared; // ... unless they have that ...
	enum confidence to;        // ... down to this
} caps[] = {
	{ F(ONE_WAY), 0, TRAIT_ONE_WAY_SUFFICES, POSSIBLE },
	{ F(NO_HANDSHAKE) | F(NO_SYN), TRAIT_NEEDS_START, 0, LIKELY },
	{ F(LOST) | F(LOST_PACKETS), TRAIT_NEEDS_ALL, 0, LIKELY },
	{ F(UNSETTLED) | F(REPLACED) | F(NO_HANDSHAKE) | F(NO_SYN),
	  TRAIT_NOT_ENDED, 0, LIKELY },
	{ F(TWO_VIEWS), 0, 0, POSSIBLE },
	{ F(LOST) | F(LOST_OFTEN), TRAIT_NEEDS_MOST, 0, LIKELY },
	{ F(LOST_ELSEWHERE) | F(LOST_PACKETS), TRAIT_NEEDS_ABSENCE, 0, LIKELY },
	{ F(LOST_OFTEN), TRAIT_NEEDS_ABSENCE, 0, POSSIBLE },
	{ F(IS_MPTCP), TRAIT_NOT_ENDED, 0, LIKELY },
	{ F(MPTCP_RESET), 0, 0, LIKELY },
	{ F(CUT), TRAIT_NEEDS_OPTIONS, 0, LIKELY },
};

static bool applies(const struct cap *cap, fact_set facts, enum verdict_id v)
{
	return facts & cap->facts && (!cap->has || verdict_has(v, cap->has)) &&
	       !verdict_has(v, cap->spared);
}

const struct rule *judge_rules(bool rst, size_t *n)
{
	*n = rst ? sizeof(by_rst) / sizeof(by_rst[0])
		 : sizeof(without_rst) / sizeof(without_rst[0]);
	return rst ? by_rst : without_rst;
}

enum confidence judge_cap(fact_set facts, enum verdict_id v, enum confidence c)
{
	for (size_t i = 0; i < sizeof(caps) / sizeof(caps[0]); i++)
		if (applies(&caps[i], facts, v) && c > caps[i].to)
			c = caps[i].to;
	return c;
}

// Some causes only Linux has; who never received a byte has none unread.
static bool is_impossible(fact_set facts, enum verdict_id v)
{
	if (facts & F(OTHER_STACK) && verdict_has(v, TRAIT_LINUX_ONLY))
		return true;
	return facts & F(NEVER_RECEIVED) &&
	       (v == RESET_UNREAD_DATA || v == RESET_DESTROYED);
}

static void take_rivals(const struct rule *rule, fact_set facts,
			struct ruling *r)
{
	size_t n = 0;

	for (size_t i = 1; i <= VERDICT_RIVALS; i++) {
		enum verdict_id v = rule->verdict[i];
		if (v != VERDICT_NONE && !is_impossible(facts, v))
			r->also[n++] = v;
	}
	while (n < VERDICT_RIVALS)
		r->also[n++] = VERDICT_NONE;
}

void judge(fact_set facts, struct ruling *r)
{
	const struct rule *rule = facts & F(RST_HERE) ? by_rst : without_rst;

	while ((facts & rule->need) != rule->need || facts & rule->deny)
		rule++; // the last one needs and denies nothing else
	r->verdict = rule->verdict[0];
	r->confidence = rule->confidence;
	take_rivals(rule, facts, r);
	r->confidence = judge_cap(facts, r->verdict, r->confidence);
}
