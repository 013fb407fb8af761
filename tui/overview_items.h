// The lines of the overview: what stands in which section, the sentence of
// each, and the filter words that list its connections. Pure.
#ifndef TCPWHY_OVERVIEW_ITEMS_H
#define TCPWHY_OVERVIEW_ITEMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "ui.h"

enum section {
	SECTION_HOW,
	SECTION_WHEN,
	SECTION_SHARED,
	SECTION_SERVERS,
	SECTION_CLIENTS,
	SECTION_LIMITS,
	SECTIONS
};

struct item {
	enum section section;
	// HOW: a verdict; SHARED, SERVERS, CLIENTS: an entry of the ranking;
	// LIMITS: a row of the table of limits.
	size_t index;
	uint64_t count;
};

enum { OVERVIEW_ITEMS = 80 };

// The lines in the order of sections; returns how many.
size_t overview_items(const struct ui *ui, struct item out[OVERVIEW_ITEMS]);

// Adds the line's sentence, and for SHARED a second one with what they share.
void overview_text(const struct ui *ui, const struct item *item,
		   struct text *out, struct text *more);

// Adds the words that list the line's connections; nothing if it has none.
void overview_words(const struct ui *ui, const struct item *item,
		    struct text *out);

// The histogram drawn in so many columns: bins that each column holds, and how
// many columns there are.
size_t overview_bins(const struct ui *ui, size_t cols, size_t *each);

// Adds a moment as exactly as a step of time needs it.
void overview_moment(const struct ui *ui, int64_t t, int64_t step,
		     struct text *out);

// The verdict of the first connection in what several have in common.
enum verdict_id overview_shared(const struct ui *ui, size_t index);

#endif
