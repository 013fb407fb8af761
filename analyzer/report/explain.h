// `tcpwhy explain`: the vocabulary, and a page for each verdict. Pure.
#ifndef TCPWHY_EXPLAIN_H
#define TCPWHY_EXPLAIN_H

#include <stddef.h>

#include "base/text.h"
#include "judge/verdict.h"
#include "report/report.h"

// The list of verdicts by family, a line each. Of r only the look is used.
void explain_list(const struct report *r, struct text *out);

void explain_page(const struct report *r, enum verdict_id id, struct text *out);

// The verdict that a person means: its name, with '-' or ' ' for '_', or any
// part of one name only. VERDICT_NONE: none.
enum verdict_id explain_find(const char *word);

// The verdict whose name is most like word; VERDICT_NONE: none is alike.
enum verdict_id explain_nearest(const char *word);

#endif
