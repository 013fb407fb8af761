// The parts of the incident page, for the report_html*.c files alone.
//
// Text goes through html_text() or html_foreign(): nothing that comes from a
// capture or from the command line is ever markup.
#ifndef TCPWHY_REPORT_HTML_PART_H
#define TCPWHY_REPORT_HTML_PART_H

#include "report/report.h"
#include "report/report_html.h"
#include "report/timeline.h"

// The style sheet, light and dark: lines, NULL behind the last.
extern const char *const html_style[];

// The arrowheads that all ladders share.
extern const char html_markers[];

struct page {
	const struct report *r; // its look: UTF-8, no colour
	struct ladders *ladders;
	uint32_t chosen[HTML_CONNECTIONS];
	size_t count;
	struct text out;
	struct text words; // for what has to be built before it is escaped
};

// Adds s with what HTML would take for markup escaped.
void html_text(struct text *out, const char *s);

// The same for text that somebody else chose: made printable before.
void html_foreign(struct page *p, const char *s);

// Empties p->words and returns it, to be filled and added by html_words().
struct text *html_begin(struct page *p);
void html_words(struct page *p);

// True if the page explains connection i.
bool html_is_chosen(const struct page *p, size_t i);

// The id of the row of connection i's ladder that shows frame, without '#'.
void html_row_id(struct text *out, const struct page *p, size_t i,
		 uint64_t frame);

// The frame that the row which shows this frame begins with, 0: none shows it.
uint64_t html_row_of(const struct timeline *t, uint64_t frame);

// Sections.
void html_groups(struct page *p);
void html_verdicts(struct page *p);
void html_endings(struct page *p);
void html_connection(struct page *p, size_t i);
void html_ladder(struct page *p, size_t i, const struct timeline *t);

#endif
