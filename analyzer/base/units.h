// Times and sizes as people write them.
#ifndef TCPWHY_UNITS_H
#define TCPWHY_UNITS_H

#include <stdint.h>

#include "base/text.h"

// "35 us", "102.798 ms", "19.895 s", "15 min 24 s", "2 h 0 min", "12 d 3 h".
void units_duration(struct text *out, int64_t ns);

#endif
