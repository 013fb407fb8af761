// A script of segments: reads it line by line and makes a capture file of it.
// samples/README.md is the manual of the language.
#ifndef PKT_SCRIPT_H
#define PKT_SCRIPT_H

#include <stdbool.h>

#include "pkt_state.h"

void pkt_script_init(struct pkt_script *s);
void pkt_script_release(struct pkt_script *s);

// Takes one line, which it changes. False: s->error says what is wrong.
bool pkt_script_line(struct pkt_script *s, char *line);

// Call behind the last line.
bool pkt_script_end(struct pkt_script *s);

#endif
