// The incident page: HTML that needs nothing but itself, for a ticket.
#ifndef TCPWHY_REPORT_HTML_H
#define TCPWHY_REPORT_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "report/report.h"

struct ladders;

enum { HTML_CONNECTIONS = 50 }; // that the page explains one by one

// Which connections (from 0) the page will explain, as many as it has room for
// of every verdict; returns how many.
size_t report_html_choose(const struct report *r,
			  uint32_t out[HTML_CONNECTIONS]);

// Writes the page. Ladders come from l or, if it is NULL, from the analysis
// for the connection that it watched. False: no memory.
bool report_html(const struct report *r, struct ladders *l, FILE *to);

#endif
