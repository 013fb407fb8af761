// A page of text that can be scrolled and searched: explain and help. Pure.
#ifndef TCPWHY_PAGE_H
#define TCPWHY_PAGE_H

#include <stdbool.h>

#include "ui.h"

// Draws the text's lines; those that begin at the margin are headings.
void page_draw(struct page *p, struct grid *g, struct area a, const char *text);

// Scrolls, and goes to the next match; false if it has no use for the action.
bool page_act(struct page *p, enum action action, int rows, const char *text);

// Looks for the words from line `from` on, upper case or not, round the end;
// false: they aren't there.
bool page_find(struct page *p, const char *text, size_t from, bool back);

#endif
