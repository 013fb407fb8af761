// Help: the keys of a view, from the table that dispatches them, and the words
// of the filter, from the table that understands them.
#include "view.h"

#include <string.h>

#include "glyph.h"
#include "page.h"

static const char *const nothing = "";

// "Enter", "k, Up", ...
static void put_keys(const struct binding *b, struct text *out)
{
	char name[KEY_LABEL];
	size_t start = out->n;

	text_puts(out, "  ");
	for (size_t k = 0; k < BINDING_KEYS && b->keys[k]; k++) {
		if (k)
			text_puts(out, ", ");
		text_puts(out, key_label(b->keys[k], name));
	}
	while (out->n < start + 20 && !out->failed)
		text_char(out, ' ');
}

static void put_bindings(enum view v, struct text *out)
{
	const struct binding *b;

	text_printf(out, "Keys of the %s\n", view_name(v));
	for (size_t i = 0; (b = binding_get(i)); i++) {
		if (!(b->views & 1U << v))
			continue;
		put_keys(b, out);
		text_printf(out, "%s\n", b->help);
	}
	text_puts(out, "  Mouse             wheel; a click selects, a second "
		       "one opens; a column's title sorts\n");
}

static void put_signs(struct text *out)
{
	text_puts(
	    out,
	    "\nSigns\n"
	    "  !                 a failure: reset or timeout\n"
	    "  ?                 may be a failure: not connected, half closed\n"
	    "  ●                 marked\n"
	    "  ● ◐ ○             certain, likely, possible\n"
	    "  ═══▶              a RST\n"
	    "  ╌╌╌▶              a retransmission, a probe, an ICMP error\n"
	    "  ╭ │ ╰             a RST and the segment that it answers\n"
	    "  ░░░▓▓▓            window left before, window that the RST "
	    "gave back\n");
}

static void put_words(struct text *out)
{
	const char *name, *help;

	text_puts(
	    out, "\nWords of the filter (all must hold; as in --where)\n"
		 "  WORD              an address, a port, a verdict, an errno, "
		 "a state\n"
		 "  FIELD=VALUE       equal; several: a,b; a range: 1..5\n"
		 "  FIELD~TEXT        contains\n"
		 "  < <= > >= !=      compare\n"
		 "  not WORD          those that don't match WORD\n"
		 "\nFields of the filter\n");
	for (size_t i = 0; (name = where_field_name(i, &help)); i++)
		text_printf(out, "  %-16s  %s\n", name, help);
}

static const char *page_text(const struct ui *ui, struct text *out)
{
	put_bindings(ui->help.about, out);
	if (ui->help.about == VIEW_OVERVIEW || ui->help.about == VIEW_LIST)
		put_words(out);
	put_signs(out);
	return out->s ? out->s : nothing;
}

static void draw(struct ui *ui, struct grid *g, struct area a)
{
	struct text page = { 0 };

	page_draw(&ui->help, g, a, page_text(ui, &page));
	text_release(&page);
}

static void act(struct ui *ui, enum action action)
{
	struct text page = { 0 };

	page_act(&ui->help, action, ui->body.rows, page_text(ui, &page));
	text_release(&page);
}

static void click(struct ui *ui, int row, int col)
{
	(void)ui, (void)row, (void)col;
}

const struct view_row view_help = { draw, act, click, NULL };
