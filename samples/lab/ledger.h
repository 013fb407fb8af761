// After the plays: what was filmed and traced is brought together with what
// was done, and written as DIR/{client,middle,server}.pcap and DIR/truth.csv.
#ifndef LAB_LEDGER_H
#define LAB_LEDGER_H

#include <stdbool.h>
#include <stdio.h>

#include "film.h"
#include "play.h"
#include "trace.h"

struct ledger {
	struct play **play; // by index; some are NULL
	size_t n;
	bool keep; // the packets of failed plays too
	struct film film[VANTAGES];
};

// Gathers the films of the worlds, all plays having ended. False: no memory.
bool ledger_gather(struct ledger *l, struct world *worlds, size_t n);

// Notes the kernel's reasons, and fails plays which they contradict.
void ledger_trace(struct ledger *l, const struct trace *t);

// Leaves out what failed, finds each connection's first packet and signs.
void ledger_sort(struct ledger *l);

bool ledger_write(struct ledger *l, const char *dir);
void ledger_free(struct ledger *l);

#endif
