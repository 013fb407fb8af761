// The command "tcpwhy explain".
#ifndef TCPWHY_EXPLAIN_WORD_H
#define TCPWHY_EXPLAIN_WORD_H

#include "cli/settings.h"

// Writes the page of a verdict, or the list of all where word is NULL. Returns
// the exit status.
int explain_word(const struct settings *s, const char *word);

#endif
