// What the reports are about: which connections, and what is said of each.
#include "report/report.h"

#include "judge/advice.h"
#include "judge/evidence.h"
#include "query/pair.h"
#include "query/records.h"
#include "report/anonymize.h"

#include <stdio.h>
#include <string.h>

// Connections ----------------------------------------------------------------

size_t report_size(const struct report *r)
{
	if (r->only)
		return report_nth(r, 0) < analysis_count(r->analysis);
	return r->order ? r->order_count : analysis_count(r->analysis);
}

size_t report_nth(const struct report *r, size_t k)
{
	if (r->only)
		return r->pair ? r->only - 1
			       : analysis_index(r->analysis, r->only);
	return r->order ? r->order[k] : k;
}

size_t report_number(const struct report *r, size_t i)
{
	return r->pair ? i + 1 : (size_t)analysis_number(r->analysis, i);
}

struct connection report_connection(const struct report *r, size_t i)
{
	struct connection c = *analysis_get(r->analysis, i);

	if (r->pair)
		c = pair_get(r->pair, i)->c;
	else if (r->records)
		c = records_get(r->records, i)->c;

	for (enum side side = CLIENT; r->anonymizer && side <= SERVER; side++)
		c.addr[side] = anonymize(r->anonymizer, &c.addr[side]);
	return c;
}

// Findings -------------------------------------------------------------------

size_t report_findings(const struct report *r, const struct connection *c,
		       struct finding out[EVIDENCE_FINDINGS])
{
	struct finding all[EVIDENCE_FINDINGS];
	size_t n = 0;

	analysis_findings(r->analysis, c, all);

	for (enum finding_role role = ROLE_WHY; role <= ROLE_NOTE; role++) {
		for (size_t i = 0; i < c->findings; i++) {
			if (finding_reported(&all[i]) &&
			    finding_role(&all[i]) == role)
				out[n++] = all[i];
		}
	}
	return n;
}

const struct analysis *report_analysis(const struct report *r, size_t i)
{
	return r->pair ? pair_analysis(r->pair, pair_get(r->pair, i)->view)
		       : r->analysis;
}

static const struct finding *findings_of(const struct report *r, size_t i,
					 const struct connection *c,
					 struct finding out[EVIDENCE_FINDINGS])
{
	return analysis_findings(report_analysis(r, i), c, out);
}

struct measures report_measures(const struct report *r, size_t i,
				const struct connection *c)
{
	return analysis_measures(report_analysis(r, i), c);
}

// The frame as the reports number it: in two captures the server's is the
// second file.
static uint64_t frame_of(uint64_t frame, enum pair_end view)
{
	return frame && view == PAIR_SERVER ? frame_id(1, frame_number(frame))
					    : frame;
}

static size_t add_findings(const struct finding *all, size_t n,
			   enum finding_role role, enum pair_end view,
			   struct statement out[REPORT_STATEMENTS], size_t said)
{
	for (size_t i = 0; i < n && said < REPORT_STATEMENTS; i++) {
		const struct finding *f = &all[i];

		if (!finding_reported(f) || finding_role(f) != role)
			continue;
		out[said++] =
		    (struct statement){ .role = role,
					.rule = fact_name((enum fact)f->fact),
					.frame = frame_of(f->frame, view),
					.other = frame_of(f->other, view),
					.finding = *f };
	}
	return said;
}

static size_t add_facts(const struct pair *p, const struct paired *one,
			enum finding_role role,
			struct statement out[REPORT_STATEMENTS], size_t said)
{
	const struct pair_fact *all = pair_facts(p, one);

	for (size_t i = 0; i < one->facts && said < REPORT_STATEMENTS; i++) {
		if (all[i].role != role)
			continue;
		out[said++] = (struct statement){ .role = role,
						  .rule = all[i].rule,
						  .frame = all[i].frame,
						  .other = all[i].other,
						  .sentence = all[i].sentence };
	}
	return said;
}

// What records say; a file and a line stand before each of it.
static size_t add_records(const struct report *r, size_t i,
			  enum finding_role role,
			  struct statement out[REPORT_STATEMENTS], size_t said)
{
	const struct recorded *one = records_get(r->records, i);
	const struct records_fact *all = records_facts(r->records, one);

	for (size_t k = 0; k < one->facts && said < REPORT_STATEMENTS; k++) {
		if (all[k].role != role)
			continue;
		out[said++] = (struct statement){ .role = role,
						  .rule = all[k].rule,
						  .frame = all[k].frame,
						  .sentence = all[k].sentence };
	}
	return said;
}

// True if the findings speak for a verdict that something else overruled.
static bool overruled(const struct report *r, size_t i)
{
	if (r->pair)
		return pair_get(r->pair, i)->overruled;
	return r->records && records_get(r->records, i)->overruled;
}

size_t report_statements(const struct report *r, size_t i,
			 const struct connection *c,
			 struct statement out[REPORT_STATEMENTS])
{
	const struct paired *one = r->pair ? pair_get(r->pair, i) : NULL;
	enum pair_end view = one ? one->view : PAIR_CLIENT;
	struct finding room[EVIDENCE_FINDINGS];
	const struct finding *all = findings_of(r, i, c, room);
	size_t n = 0;

	for (enum finding_role role = ROLE_WHY; role <= ROLE_NOTE; role++) {
		bool gone = role <= ROLE_NOT && overruled(r, i);

		if (r->records)
			n = add_records(r, i, role, out, n);
		if (one)
			n = add_facts(r->pair, one, role, out, n);
		if (!gone)
			n = add_findings(all, c->findings, role, view, out, n);
	}
	return n;
}

const char *statement_text(const struct statement *t, char *out, size_t n)
{
	if (!t->sentence)
		return finding_text(&t->finding, out, n);
	snprintf(out, n, "%s", t->sentence);
	return out;
}

void statement_add(struct text *out, const struct statement *t)
{
	if (t->sentence)
		text_puts(out, t->sentence);
	else
		finding_add(out, &t->finding);
}

// Puts frame where it belongs in the ascending list, once.
static size_t insert_frame(uint64_t *frames, size_t n, uint64_t frame)
{
	size_t at = n;

	while (at > 0 && frames[at - 1] > frame)
		at--;
	if (!frame || (at > 0 && frames[at - 1] == frame))
		return n;
	memmove(frames + at + 1, frames + at, (n - at) * sizeof *frames);
	frames[at] = frame;
	return n + 1;
}

size_t report_frames(const struct report *r, size_t i,
		     const struct connection *c, uint64_t out[REPORT_FRAMES])
{
	struct statement said[REPORT_STATEMENTS];
	size_t all = report_statements(r, i, c, said), n = 0;

	for (size_t k = 0; k < all; k++) {
		n = insert_frame(out, n, said[k].frame);
		n = insert_frame(out, n, said[k].other);
	}
	return n;
}

// Verdict --------------------------------------------------------------------

const char *report_sentence(const struct connection *c, char *out, size_t n)
{
	return verdict_sentence_on(verdict_says(c->verdict, c->confidence),
				   c->actor, c->app.stack, out, n);
}

const char *report_to_be_sure(const struct connection *c, char *out, size_t n)
{
	if (c->confidence == CERTAIN)
		return "";
	return verdict_settle(c->verdict, c->actor, c->app.stack, out, n);
}

static bool is_rival(const struct connection *c, enum verdict_id id)
{
	for (size_t i = 0; i < VERDICT_RIVALS; i++) {
		if (c->also[i] == id)
			return true;
	}
	return false;
}

static bool is_told(const struct statement *said, size_t n, uint8_t fact)
{
	for (size_t i = 0; i < n; i++) {
		if (!said[i].sentence && said[i].finding.fact == fact)
			return true;
	}
	return false;
}

const struct exclusion *report_exclusion(const struct connection *c,
					 const struct statement *said, size_t n,
					 const struct exclusion *e)
{
	for (; e->verdict; e++) {
		if ((!e->needs || is_told(said, n, e->needs)) &&
		    !is_told(said, n, e->unless[0]) &&
		    !is_told(said, n, e->unless[1]) && !is_rival(c, e->verdict))
			return e;
	}
	return NULL;
}

// Advice ---------------------------------------------------------------------

bool report_harmless(const struct report *r, size_t i,
		     const struct connection *c)
{
	struct finding room[EVIDENCE_FINDINGS];
	const struct finding *all = findings_of(r, i, c, room);

	return advice_is_needless(c->verdict, all, c->findings);
}

const char *report_advice(const struct report *r, size_t i,
			  const struct connection *c, char *out, size_t n)
{
	struct finding room[EVIDENCE_FINDINGS];
	const struct finding *all = findings_of(r, i, c, room);

	return verdict_sentence_on(advice_for(c->verdict, all, c->findings),
				   c->actor, c->app.stack, out, n);
}

const char *report_advice_said(const struct report *r, size_t i,
			       const struct connection *c, char *out, size_t n)
{
	if (!report_harmless(r, i, c))
		return report_advice(r, i, c, out, n);
	snprintf(out, n, "nothing to do: only a TLS close_notify was lost");
	return out;
}
