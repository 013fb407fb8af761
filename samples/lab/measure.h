// How often the signs of an unread receive queue (signs.h) appear for each
// cause of an active RST.
#ifndef LAB_MEASURE_H
#define LAB_MEASURE_H

#include "ledger.h"
#include "scenario.h"

// Prints the table; ledger_sort() has been called.
void measure_print(const struct ledger *l);

#endif
