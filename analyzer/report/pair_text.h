// What two captures tell as a whole. Pure.
#ifndef TCPWHY_PAIR_TEXT_H
#define TCPWHY_PAIR_TEXT_H

#include "report/report.h"

// The pairs, the clocks, the way between; nothing if r has no second capture.
void pair_report(const struct report *r, struct text *out);

#endif
