// How a report looks: what its reader's terminal, locale and wishes say.
#ifndef TCPWHY_LOOK_H
#define TCPWHY_LOOK_H

#include <stdio.h>

#include "cli/settings.h"
#include "report/report.h"

// Tells r how a report to that stream should look.
void look(struct report *r, const struct settings *s, FILE *to);

#endif
