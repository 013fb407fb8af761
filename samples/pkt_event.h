// The lines of a script that put a frame into the capture.
#ifndef PKT_EVENT_H
#define PKT_EVENT_H

#include "pkt_state.h"

// Takes what stands behind the time in a line; w begins behind the time. False:
// s->error says what is wrong.
bool pkt_event(struct pkt_script *s, struct pkt_words *w);

#endif
