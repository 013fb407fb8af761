#include "report/pair_text.h"

#include "base/units.h"
#include "query/pair.h"

static void put_clocks(struct text *out, const struct pair_sum *s)
{
	if (!s->clocks)
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
		text_printf(out, " that the %s sent never arrived\n",
			    side_name(side));
	}
	if (s->forged) {
		text_puts(out, "  forged: ");
		report_count(out, s->forged, "RST");
		text_puts(out, " arrived that the other end never sent\n");
	}
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
	text_grouped(out, s->alone[PAIR_CLIENT]);
	text_puts(out, " only in the client's, ");
	text_grouped(out, s->alone[PAIR_SERVER]);
	text_puts(out, " only in the server's\n");
	put_clocks(out, s);
	put_losses(out, s);
}
