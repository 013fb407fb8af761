// How connections fit log lines, in words. Pure but for memory.
#ifndef TCPWHY_RANKING_TEXT_H
#define TCPWHY_RANKING_TEXT_H

#include "query/ranking.h"
#include "report/report.h"

// What the lines tell, and which connections fit why. A head and lines to be
// wrapped by nobody.
void ranking_report(const struct ranking *k, const struct report *r,
		    struct text *out);

#endif
