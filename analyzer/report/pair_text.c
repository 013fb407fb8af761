#include "report/pair_text.h"

#include "base/units.h"
#include "query/pair.h"

static void put_clocks(struct text *out, const struct pair_sum *s)
{
	if (s->place == PAIR_ONE_PLACE)
		text_puts(out, "  each packet has the same time in both: they "
			       "were made at one place, and what one of them "
			       "lacks proves nothing\n");
	if (!s->clocks || s->place == PAIR_ONE_PLACE)
		return;
	text_puts(out, "  clocks: the server's capture is ");
	report_seconds(out, s->offset < 0 ? -s->offset : s->offset, 6);
	text_printf(out, " s %s the client's, give or take ",
		    s->offset < 0 ? "behind" : "ahead of");
	units_duration(out, s->doubt);
	text_puts(out, "\n  on the way: ");
	units_duration(out, s->delay[PAIR_CLIENT]);
	text_puts(out, " from the client, ");
	units_duration(out, s->delay[PAIR_SERVER]);
	text_puts(out, " from the server (medians; assumes that both "
		       "directions take equally long)\n");
}

static void put_losses(struct text *out, const struct pair_sum *s)
{
	for (enum side side = CLIENT; side <= SERVER; side++) {
		text_puts(out, side == CLIENT ? "  lost: " : "        ");
		text_grouped(out, s->lost[side]);
		text_puts(out, " of ");
		report_count(out, s->sent[side], "packet");
		text_printf(out, " that the %s sent %s\n", side_name(side),
			    s->missed[!side] ? "are not in the other capture"
					     : "never arrived");
	}
	for (enum side side = CLIENT; side <= SERVER; side++) {
		if (!s->missed[side])
			continue;
		text_printf(out, "  the capture at the %s lacks ",
			    side_name(side));
		report_count(out, s->missed[side], "packet");
		text_puts(out, " that passed there: what else it lacks proves "
			       "nothing\n");
	}
	report_count_line(out, "  not checked: ", s->unchecked, "RST",
			  " that came when the capture at the supposed "
			  "sender's end had not begun or had ended\n");
	report_count_line(out, "  forged: ", s->forged, "RST",
			  " arrived that the other end never sent\n");
}

void pair_report(const struct report *r, struct text *out)
{
	const struct pair_sum *s = r->pair ? pair_sum(r->pair) : NULL;

	if (!s)
		return;
	text_puts(out, "Both ends: ");
	report_count(out, s->pairs, "connection");
	text_puts(out, " in both captures");
	if (s->translated) {
		text_puts(out, ", ");
		text_grouped(out, s->translated);
		text_puts(out, " of them through address translation");
	}
	text_puts(out, "; ");
	text_grouped(out, s->unmatched[PAIR_CLIENT]);
	text_puts(out, " only in the client's, ");
	text_grouped(out, s->unmatched[PAIR_SERVER]);
	text_puts(out, " only in the server's\n");
	put_clocks(out, s);
	put_losses(out, s);
}
