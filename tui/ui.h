// The browser without a terminal: all that its views show and its keys change.
// Keys go in, a grid comes out; what needs the world (reading a file again,
// writing one, the clipboard) is left as a request. Pure but for memory.
#ifndef TCPWHY_UI_H
#define TCPWHY_UI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "columns.h"
#include "grid.h"
#include "keys.h"
#include "ladder.h"
#include "model.h"
#include "prompt.h"
#include "report/report.h"
#include "report/timeline.h"
#include "summary.h"
#include "theme.h"

enum { UI_ROWS_LEAST = 15, UI_COLS_LEAST = 60 };

struct area {
	int row, col, rows, cols;
};

// Reading the capture, or one connection's frames again.
struct loading {
	bool active, stopped;
	bool broken; // the capture broke off, or could not be kept
	uint64_t frames;
	size_t connections;
	uint64_t done, total; // bytes; total 0: not known
	int64_t elapsed;      // ns
};

// Overview: lines in sections, one of them selected.
struct overview {
	unsigned section; // enum section, and item.index of the selected line
	size_t key;
	size_t bin;    // of the histogram, as drawn
	size_t cols;   // cells that the histogram has
	size_t top[2]; // first row shown of each column
};

struct list {
	size_t top;
	size_t skip; // columns, to the left
};

enum detail_time { TIME_START, TIME_BEFORE, TIME_DAY, DETAIL_TIMES };

// Connection. c and the findings are copies, so that reading may go on.
struct detail {
	uint32_t connection; // MODEL_NONE: none
	struct connection c;
	struct finding finding[EVIDENCE_FINDINGS]; // in the order of reports
	size_t findings;
	struct analysis *watched; // owned: keeps the steps
	struct timeline timeline; // folded from it
	struct ladder ladder;
	bool ready;  // timeline and ladder are there
	bool failed; // it could not be read again
	struct loading loading;
	size_t cursor, top; // lines of the ladder
	size_t chosen;      // finding; SIZE_MAX: none
	bool in_pane;       // the pane below has the keys
	size_t pane_top;
	enum detail_time time;
};

// A page of text: explain, help.
struct page {
	enum verdict_id verdict;
	enum view about; // help: of which view
	size_t top;      // first line shown
	size_t match;    // line that a search found; SIZE_MAX: none
	char search[64];
};

enum request {
	REQUEST_NONE,
	REQUEST_QUIT,
	REQUEST_STOP,   // stop loading
	REQUEST_CLOSE,  // stop reading detail.connection
	REQUEST_OPEN,   // read detail.connection again
	REQUEST_COPY,   // `text` to the clipboard
	REQUEST_CHECK,  // is there a file `text`? then ui_overwrite()
	REQUEST_EXPORT, // to the file `text`
	REQUEST_THEME,  // show in `theme`
	REQUEST_REDRAW,
	REQUEST_SUSPEND,
};

enum export_kind {
	EXPORT_TEXT,
	EXPORT_CSV,
	EXPORT_JSON,
	EXPORT_MARKDOWN,
	EXPORT_PAGE,
	EXPORT_KINDS
};

struct ui {
	struct report report; // the analysis, and how things look
	struct column_clock clock;
	struct model model;
	struct summary summary; // what is shown
	struct summary fresh;   // being made
	enum view view;
	enum view back[VIEWS]; // where each view returns to
	struct overview overview;
	struct list list;
	struct detail detail;
	struct page explain, help;
	struct loading loading;
	struct prompt prompt;
	size_t sought_from; // row that the search under way began at ...
	bool sought_again;  // ... and it was asked for, not typed
	char filter[PROMPT_TEXT]; // words of the filter in force
	char before[PROMPT_TEXT]; // before the prompt was opened
	char message[300];        // in the footer, until the next key
	bool alert;
	enum theme theme;
	enum request request;
	char text[PROMPT_TEXT]; // of the request
	bool pasting;           // keys come from a paste
	struct area body;       // as drawn last
};

void ui_init(struct ui *ui);
void ui_release(struct ui *ui);

// Takes what the analysis knows now. False: no memory.
bool ui_update(struct ui *ui, const struct analysis *a);

// Goes on filtering, searching and counting; true as long as there is more.
bool ui_work(struct ui *ui, size_t budget);

// Takes a key or a click. What is to be done about it is in ui->request.
void ui_input(struct ui *ui, const struct input *in);

void ui_draw(struct ui *ui, struct grid *g);

// Filters by words; false: err says what is wrong with them.
bool ui_apply(struct ui *ui, const char *words, char err[WHERE_ERROR]);

// The same; false: the message says it.
bool ui_filter(struct ui *ui, const char *words);

// Writes a message for the footer.
void ui_say(struct ui *ui, bool alert, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Goes to a view; Esc comes back from there.
void ui_go(struct ui *ui, enum view v);

// Opens the connection view on this connection and asks for its frames.
void ui_open(struct ui *ui, uint32_t connection);

// Takes its record and findings as the analysis has them now: after
// analysis_settle(), before the next frame.
void ui_take(struct ui *ui);

// The frames of the connection were read again, into a; takes a, which watched
// one connection, its number-th (from 1). NULL: that failed.
void ui_opened(struct ui *ui, struct analysis *a, size_t number);

// Answer to REQUEST_CHECK.
void ui_overwrite(struct ui *ui, bool exists);

// The search under way has ended: says how, if that is worth it.
void ui_sought(struct ui *ui);

// The kind of report that a file's name asks for by its ending; EXPORT_KINDS:
// none that is known.
enum export_kind ui_export_kind(const char *path);

// Goes to the page of a verdict.
void ui_explain(struct ui *ui, enum verdict_id v);

// The verdict of ui_current(), ORDERLY_CLOSE where there is none.
enum verdict_id ui_verdict(const struct ui *ui);

// The connection that keys are about: MODEL_NONE where there is none.
uint32_t ui_current(const struct ui *ui);

#endif
