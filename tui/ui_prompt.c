// What the reader types in the footer, and what comes of it.
#include "ui_prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view.h"

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
	if (p->wrong) { // half of it is not what was meant
		char unused[WHERE_ERROR];

		ui_apply(ui, ui->before, unused);
	}
	snprintf(p->hint, sizeof p->hint, "%s", p->wrong ? err : "");
}

void ui_search(struct ui *ui, int direction)
{
	ui->sought_from = ui->model.cursor;
	ui->sought_again = true;
	if (!model_search(&ui->model, NULL, direction))
		ui_say(ui, false, "nothing to look for: / begins a search");
}

// From the row where the search began, that included. While the reader types,
// only what may be all of it counts.
static void search_typed(struct ui *ui, bool whole)
{
	struct prompt *p = &ui->prompt;
	struct model *m = &ui->model;
	char err[WHERE_ERROR];
	struct where *w;

	p->wrong = false;
	*p->hint = '\0';
	m->direction = 0;
	model_select_row(m, ui->sought_from);
	if (!*p->text || (!whole && where_unfinished(p->text)))
		return;
	w = where_parse(p->text, BARE_SOUGHT, ui->clock.zone, err);
	if (!w) {
		p->wrong = true;
		snprintf(p->hint, sizeof p->hint, "%s", err);
		return;
	}
	ui->sought_again = false;
	if (m->count)
		m->cursor = (m->cursor + m->count - 1) % m->count;
	if (!model_search(m, w, 1))
		where_free(w);
}

// The search ended that was under way.
void ui_sought(struct ui *ui)
{
	const struct model *m = &ui->model;
	bool prompt = ui->prompt.kind == PROMPT_SEARCH;

	if (!m->found && prompt) {
		ui->prompt.wrong = true;
		snprintf(ui->prompt.hint, sizeof ui->prompt.hint, "not found");
	} else if (!m->found) {
		ui_say(ui, true, "not found");
	} else if (ui->sought_again && m->cursor == ui->sought_from) {
		ui_say(ui, false, "there is no other");
	} else if (!prompt && (m->sought_back ? m->cursor > ui->sought_from
					      : m->cursor < ui->sought_from)) {
		ui_say(ui, false, "went on from the %s",
		       m->sought_back ? "end" : "beginning");
	}
}

static void search_page(struct ui *ui, const char *words)
{
	struct page *p = &ui->explain;

	snprintf(p->search, sizeof p->search, "%.*s", (int)sizeof p->search - 1,
		 words);
	p->match = SIZE_MAX;
	views_act(ui, ACTION_NEXT);
}

void ui_ask_filter(struct ui *ui)
{
	if (ui->view != VIEW_LIST)
		ui_go(ui, VIEW_LIST);
	snprintf(ui->before, sizeof ui->before, "%s", ui->filter);
	prompt_open(&ui->prompt, PROMPT_FILTER, ui->filter);
	snprintf(ui->prompt.hint, sizeof ui->prompt.hint,
		 "verdict=reset errno=EPIPE 10.0.0.0/8");
}

void ui_ask_search(struct ui *ui)
{
	prompt_open(&ui->prompt, PROMPT_SEARCH, "");
	ui->sought_from = ui->model.cursor;
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

enum export_kind ui_export_kind(const char *path)
{
	static const struct {
		const char *end;
		enum export_kind kind;
	} ends[] = {
		{ ".txt", EXPORT_TEXT },      { ".csv", EXPORT_CSV },
		{ ".json", EXPORT_JSON },     { ".jsonl", EXPORT_JSON },
		{ ".md", EXPORT_MARKDOWN },   { ".html", EXPORT_PAGE },
	};
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < sizeof ends / sizeof *ends; i++) {
		if (!strcmp(dot, ends[i].end))
			return ends[i].kind;
	}
	return EXPORT_KINDS;
}

void ui_ask_file(struct ui *ui)
{
	char name[64];

	if (ui->view == VIEW_LIST && !ui->model.count && !ui->model.marked) {
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
			 "this one: .txt .csv .json .md .html");
	else
		snprintf(ui->prompt.hint, sizeof ui->prompt.hint,
			 "%zu %s: .csv .json .txt .md .html",
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

// What a shell makes of "~/" and "~".
static void expand(const char *name, char out[PROMPT_TEXT])
{
	const char *home = getenv("HOME");
	bool tilde = name[0] == '~' && (!name[1] || name[1] == '/');

	if (snprintf(out, PROMPT_TEXT, "%s%s", tilde && home ? home : "",
		     tilde && home ? name + 1 : name) >= PROMPT_TEXT)
		*out = '\0';
}

// A file's name was typed. What can't be one is asked again.
static void ask_again(struct ui *ui, const char *name)
{
	if (!*name)
		return;
	expand(name, ui->text);
	if (*ui->text && ui_export_kind(ui->text) != EXPORT_KINDS) {
		ui->request = REQUEST_CHECK;
		return;
	}
	prompt_open(&ui->prompt, PROMPT_EXPORT, name);
	ui->prompt.wrong = true;
	snprintf(ui->prompt.hint, sizeof ui->prompt.hint,
		 *ui->text ? "ends in .csv .json .txt .md or .html"
			   : "this name is too long");
}

// Prompts --------------------------------------------------------------------

// What is wrong stays to be mended.
static void filter_done(struct ui *ui, const struct prompt *p)
{
	char err[WHERE_ERROR];

	if (ui_apply(ui, p->text, err))
		return;
	ui->prompt = *p;
	ui->prompt.wrong = true;
	snprintf(ui->prompt.hint, sizeof ui->prompt.hint, "%s", err);
	ui_apply(ui, ui->before, err);
}

// Enter: nothing more will be typed.
static void search_list(struct ui *ui, const struct prompt *p)
{
	ui->prompt = *p;
	search_typed(ui, true);
	if (ui->prompt.wrong)
		ui_say(ui, true, "%s", ui->prompt.hint);
	ui->prompt.kind = PROMPT_NONE;
}

static void done(struct ui *ui)
{
	struct prompt p = ui->prompt;

	ui->prompt.kind = PROMPT_NONE;
	switch (p.kind) {
	case PROMPT_FILTER:
		filter_done(ui, &p);
		break;
	case PROMPT_SEARCH:
		if (ui->view == VIEW_EXPLAIN)
			search_page(ui, p.text);
		else if (!*p.text)
			ui_search(ui, 1);
		else
			search_list(ui, &p);
		break;
	case PROMPT_EXPORT:
		ask_again(ui, p.text);
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
	if (kind == PROMPT_SEARCH && ui->view == VIEW_LIST)
		model_select_row(&ui->model, ui->sought_from);
	if (kind == PROMPT_OVERWRITE)
		ui_say(ui, false, "%s is as it was", ui->text);
}

void ui_prompt_input(struct ui *ui, uint32_t key)
{
	struct prompt *p = &ui->prompt;

	// A pasted line ends nothing, and a pasted tab completes nothing.
	if (ui->pasting && (key == IN_ENTER || key == IN_TAB))
		key = ' ';
	if (key == IN_TAB && p->kind == PROMPT_FILTER) {
		complete(p);
		return;
	}
	switch (prompt_key(p, key)) {
	case PROMPT_EDITED:
		if (p->kind == PROMPT_FILTER)
			filter_typed(ui);
		else if (p->kind == PROMPT_SEARCH && ui->view == VIEW_LIST)
			search_typed(ui, false);
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
