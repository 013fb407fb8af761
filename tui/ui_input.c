// What keys do that isn't a view's own business.
#include "ui.h"

#include <stdio.h>
#include <string.h>

#include "page.h"
#include "view.h"

enum { WHEEL = 3 };

// Filter and search ----------------------------------------------------------

// While the reader types: words that can be understood take effect.
static void filter_typed(struct ui *ui)
{
	struct prompt *p = &ui->prompt;
	char err[WHERE_ERROR];

	*p->hint = '\0';
	p->wrong = false;
	if (where_unfinished(p->text))
		return;
	p->wrong = !ui_apply(ui, p->text, err);
	snprintf(p->hint, sizeof p->hint, "%s", p->wrong ? err : "");
}

static void search(struct ui *ui, const char *words, int direction)
{
	struct where *w = NULL;
	char err[WHERE_ERROR];

	if (words && *words) {
		w = where_parse(words, BARE_SOUGHT, ui->clock.zone, err);
		if (!w) {
			ui_say(ui, true, "%s", err);
			return;
		}
	}
	if (!model_search(&ui->model, w, direction))
		ui_say(ui, false, "nothing to look for: / begins a search");
}

static void search_page(struct ui *ui, const char *words)
{
	struct page *p = &ui->explain;

	snprintf(p->search, sizeof p->search, "%.*s", (int)sizeof p->search - 1,
		 words);
	p->match = SIZE_MAX;
	views_act(ui, ACTION_NEXT);
}

// Completion -----------------------------------------------------------------

// The only field that begins like the word before the cursor, or what all that
// do have in common.
static void complete(struct prompt *p)
{
	size_t from = p->at, common = 0, n;
	char best[64] = "";
	const char *name, *help;

	while (from > 0 && p->text[from - 1] != ' ')
		from--;
	n = p->at - from;
	for (size_t i = 0; n && (name = where_field_name(i, &help)); i++) {
		if (strncmp(name, p->text + from, n))
			continue;
		if (!*best) {
			snprintf(best, sizeof best, "%s", name);
			common = strlen(best);
		}
		for (size_t k = 0; k < common; k++) {
			if (best[k] != name[k])
				common = k;
		}
		snprintf(p->hint, sizeof p->hint, "%s: %s", name, help);
	}
	best[common] = '\0';
	if (common > n)
		prompt_complete(p, from, best);
}

// Export ---------------------------------------------------------------------

enum export_kind ui_export_kind(const struct ui *ui, const char *path)
{
	static const struct {
		const char *end;
		enum export_kind kind;
	} ends[] = {
		{ ".txt", EXPORT_TEXT },
		{ ".json", EXPORT_JSON },
		{ ".jsonl", EXPORT_JSON },
	};
	const char *dot = strrchr(path, '.');

	if (ui->view == VIEW_CONNECTION)
		return EXPORT_TEXT;
	for (size_t i = 0; dot && i < sizeof ends / sizeof *ends; i++) {
		if (!strcmp(dot, ends[i].end))
			return ends[i].kind;
	}
	return EXPORT_CSV;
}

static void ask_file(struct ui *ui)
{
	char name[64];

	if (ui->view == VIEW_LIST && !ui->model.count) {
		ui_say(ui, false, "no connection to export");
		return;
	}
	snprintf(name, sizeof name, "tcpwhy.csv");
	if (ui->view == VIEW_CONNECTION)
		snprintf(name, sizeof name, "connection-%u.txt",
			 ui->detail.connection + 1);
	prompt_open(&ui->prompt, PROMPT_EXPORT, name);
	if (ui->view == VIEW_CONNECTION)
		snprintf(ui->prompt.hint, sizeof ui->prompt.hint,
			 "this connection as text");
	else
		snprintf(ui->prompt.hint, sizeof ui->prompt.hint,
			 "%zu %s: .csv .json .txt",
			 ui->model.marked ? ui->model.marked : ui->model.count,
			 ui->model.marked ? "marked" : "listed");
}

void ui_overwrite(struct ui *ui, bool exists)
{
	if (!exists) {
		ui->request = REQUEST_EXPORT;
		return;
	}
	prompt_open(&ui->prompt, PROMPT_OVERWRITE, "");
	snprintf(ui->prompt.hint, sizeof ui->prompt.hint,
		 " %.200s exists: overwrite it? y n ", ui->text);
}

// Prompts --------------------------------------------------------------------

static void done(struct ui *ui)
{
	struct prompt p = ui->prompt;

	ui->prompt.kind = PROMPT_NONE;
	switch (p.kind) {
	case PROMPT_FILTER:
		if (p.wrong)
			ui_say(ui, true, "%s", p.hint);
		else
			ui_filter(ui, p.text);
		break;
	case PROMPT_SEARCH:
		if (ui->view == VIEW_EXPLAIN)
			search_page(ui, p.text);
		else
			search(ui, p.text, 1);
		break;
	case PROMPT_EXPORT:
		snprintf(ui->text, sizeof ui->text, "%s", p.text);
		if (*p.text)
			ui->request = REQUEST_CHECK;
		break;
	case PROMPT_OVERWRITE:
		ui->request = REQUEST_EXPORT;
		break;
	case PROMPT_NONE:
		break;
	}
}

static void cancelled(struct ui *ui)
{
	enum prompt_kind kind = ui->prompt.kind;

	ui->prompt.kind = PROMPT_NONE;
	if (kind == PROMPT_FILTER)
		ui_filter(ui, ui->before);
	if (kind == PROMPT_OVERWRITE)
		ui_say(ui, false, "%s is as it was", ui->text);
}

static void prompt_input(struct ui *ui, uint32_t key)
{
	struct prompt *p = &ui->prompt;

	if (key == IN_TAB && p->kind == PROMPT_FILTER) {
		complete(p);
		return;
	}
	switch (prompt_key(p, key)) {
	case PROMPT_EDITED:
		if (p->kind == PROMPT_FILTER)
			filter_typed(ui);
		break;
	case PROMPT_DONE:
		done(ui);
		break;
	case PROMPT_CANCELLED:
		cancelled(ui);
		break;
	case PROMPT_MOVED:
	case PROMPT_IGNORED:
		break;
	}
}

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
	if (ui->view == VIEW_OVERVIEW) {
		ui_say(ui, false, "q quits");
		return;
	}
	if (ui->view == VIEW_CONNECTION && ui->detail.loading.active)
		ui->request = REQUEST_STOP;
	ui->view = ui->back[ui->view];
}

// Where the line of progress says so, Esc stops the reading; elsewhere it goes
// back as q does.
static bool stops(const struct ui *ui, uint32_t key)
{
	return key == IN_ESC && ui->loading.active &&
	       (ui->view == VIEW_OVERVIEW || ui->view == VIEW_LIST);
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

static void ask_filter(struct ui *ui)
{
	if (ui->view != VIEW_LIST)
		ui_go(ui, VIEW_LIST);
	snprintf(ui->before, sizeof ui->before, "%s", ui->filter);
	prompt_open(&ui->prompt, PROMPT_FILTER, ui->filter);
	snprintf(ui->prompt.hint, sizeof ui->prompt.hint,
		 "verdict=reset errno=EPIPE 10.0.0.0/8");
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
		ui_explain(ui, about(ui));
		return true;
	case ACTION_FILTER:
		ask_filter(ui);
		return true;
	case ACTION_SEARCH:
		prompt_open(&ui->prompt, PROMPT_SEARCH, "");
		return true;
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
		if (list)
			search(ui, NULL, action == ACTION_NEXT ? 1 : -1);
		return list;
	case ACTION_WIRESHARK:
		wireshark(ui);
		return true;
	case ACTION_EXPORT:
		ask_file(ui);
		return true;
	case ACTION_THEME:
		ui->theme = (ui->theme + 1) % THEMES;
		ui_say(ui, false, "colours: %s", theme_name(ui->theme));
		ui->request = REQUEST_THEME;
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

static void wheel(struct ui *ui, bool up)
{
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
	if (ui->prompt.kind) {
		prompt_input(ui, in->key);
		return;
	}
	if (in->key == IN_WHEEL_UP || in->key == IN_WHEEL_DOWN) {
		wheel(ui, in->key == IN_WHEEL_UP);
	} else if (stops(ui, in->key)) {
		ui->request = REQUEST_STOP;
	} else if (in->key == IN_CLICK) {
		views_click(ui, in->row, in->col);
	} else {
		action = key_action(ui->view, in->key);
		if (action && !common(ui, action))
			views_act(ui, action);
	}
}
