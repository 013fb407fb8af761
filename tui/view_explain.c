// The page of a verdict, as `tcpwhy explain` writes it.
#include "view.h"

#include "page.h"
#include "report/explain.h"

static const char *const nothing = "";

static const char *page_text(const struct ui *ui, int cols, struct text *out)
{
	struct report look = { .utf8 = true, .width = (unsigned)cols - 2 };

	explain_page(&look, ui->explain.verdict, out);
	return out->s ? out->s : nothing;
}

static void draw(struct ui *ui, struct grid *g, struct area a)
{
	struct text page = { 0 };

	page_draw(&ui->explain, g, a, page_text(ui, a.cols, &page));
	text_release(&page);
}

static void turn(struct ui *ui, bool back)
{
	enum verdict_id v = ui->explain.verdict;

	v = back ? (v > 1 ? v - 1 : VERDICTS - 1)
		 : (v + 1 < VERDICTS ? v + 1 : 1);
	ui->explain.verdict = v;
	ui->explain.top = 0;
	ui->explain.match = SIZE_MAX;
}

static void act(struct ui *ui, enum action action)
{
	struct text page = { 0 };
	const char *text = page_text(ui, ui->body.cols, &page);

	if (action == ACTION_PANE || action == ACTION_PANE_BACK)
		turn(ui, action == ACTION_PANE_BACK);
	else if (!page_act(&ui->explain, action, ui->body.rows, text) &&
		 (action == ACTION_NEXT || action == ACTION_PREVIOUS))
		ui_say(ui, false, "not found");
	text_release(&page);
}

static void click(struct ui *ui, int row, int col)
{
	(void)ui, (void)row, (void)col;
}

const struct view_row view_explain = { draw, act, click, NULL };
