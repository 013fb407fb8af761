// The names of facts for programs: what JSON calls the rule of a finding. A
// name is never changed, whatever becomes of the sentence. Pure.
#ifndef TCPWHY_EVIDENCE_NAME_H
#define TCPWHY_EVIDENCE_NAME_H

#include "judge/evidence.h"

// "window_reopened"; "" if it has none.
const char *fact_name(enum fact fact);

#endif
