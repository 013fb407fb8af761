// What keys do that isn't a view's own business.
#include "ui.h"

#include <stdio.h>
#include <string.h>

#include "ui_prompt.h"
#include "view.h"

enum { WHEEL = 3 };

// Actions that every view has -------------------------------------------------

// What the keys are about: a connection, or a line of the overview.
static enum verdict_id about(const struct ui *ui)
{
	return ui->view == VIEW_OVERVIEW ? overview_verdict(ui)
					 : ui_verdict(ui);
}

static void help(struct ui *ui)
{
	ui->help = (struct page){ .about = ui->view, .match = SIZE_MAX };
	ui_go(ui, VIEW_HELP);
}

static void back(struct ui *ui)
{
	if (ui->view == VIEW_CONNECTION && ui->detail.loading.active)
		ui->request = REQUEST_CLOSE;
	ui->view = ui->back[ui->view];
}

// What was read stays, and is said to be a part from then on.
static void stop(struct ui *ui)
{
	if (ui->loading.active)
		ui->request = REQUEST_STOP;
	else
		ui_say(ui, false, "everything was read that will be");
}

static void wireshark(struct ui *ui)
{
	uint32_t i = ui_current(ui);
	struct text filter = { 0 };

	if (i == MODEL_NONE)
		return;
	view_wireshark(ui, i, &filter);
	if (filter.s) {
		ui_say(ui, false, "Wireshark: %s", filter.s);
		snprintf(ui->text, sizeof ui->text, "%s", filter.s);
		ui->request = REQUEST_COPY;
	}
	text_release(&filter);
}

// What is the same everywhere; false: the view has to act.
static bool common(struct ui *ui, enum action action)
{
	bool list = ui->view == VIEW_LIST;

	switch (action) {
	case ACTION_QUIT:
		ui->request = REQUEST_QUIT;
		return true;
	case ACTION_BACK:
		back(ui);
		return true;
	case ACTION_HELP:
		help(ui);
		return true;
	case ACTION_EXPLAIN:
		if (about(ui) == VERDICT_NONE)
			ui_say(ui, false, "this line is about no one verdict");
		else
			ui_explain(ui, about(ui));
		return true;
	case ACTION_FILTER:
		ui_ask_filter(ui);
		return true;
	case ACTION_SEARCH:
		ui_ask_search(ui);
		return true;
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
		if (list)
			ui_search(ui, action == ACTION_NEXT ? 1 : -1);
		return list;
	case ACTION_WIRESHARK:
		wireshark(ui);
		return true;
	case ACTION_EXPORT:
		ui_ask_file(ui);
		return true;
	case ACTION_THEME:
		ui->theme = (ui->theme + 1) % THEMES;
		ui_say(ui, false, "colours: %s", theme_name(ui->theme));
		ui->request = REQUEST_THEME;
		return true;
	case ACTION_STOP:
		stop(ui);
		return true;
	case ACTION_REDRAW:
		ui->request = REQUEST_REDRAW;
		return true;
	case ACTION_SUSPEND:
		ui->request = REQUEST_SUSPEND;
		return true;
	default:
		return false;
	}
}

// Of what lies under the mouse.
static void wheel(struct ui *ui, const struct input *in)
{
	bool up = in->key == IN_WHEEL_UP;

	views_point(ui, in->row, in->col);
	for (int i = 0; i < WHEEL; i++)
		views_act(ui, up ? ACTION_UP : ACTION_DOWN);
}

void ui_input(struct ui *ui, const struct input *in)
{
	enum action action;

	ui->request = REQUEST_NONE;
	if (in->key == IN_NONE || in->key == IN_RESIZE)
		return;
	*ui->message = '\0';
	ui->alert = false;
	if (in->key == IN_PASTE || in->key == IN_PASTED) {
		ui->pasting = in->key == IN_PASTE;
		return;
	}
	if (ui->pasting && !ui->prompt.kind) {
		ui_say(ui, false, "pasted text belongs into a filter (f) or a "
				  "search (/)");
		return;
	}
	if (ui->prompt.kind) {
		ui_prompt_input(ui, in->key);
		return;
	}
	if (in->key == IN_WHEEL_UP || in->key == IN_WHEEL_DOWN) {
		wheel(ui, in);
	} else if (in->key == IN_CLICK) {
		views_click(ui, in->row, in->col);
	} else {
		action = key_action(ui->view, in->key);
		if (action && !common(ui, action))
			views_act(ui, action);
	}
}
