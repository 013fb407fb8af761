// Idle timeouts that devices and programs are known for. A match is a hint,
// never a proof.
#ifndef TCPWHY_TIMERS_H
#define TCPWHY_TIMERS_H

#include <stdint.h>

// The name of what is known for dropping a connection after so long (in ns,
// within one part in a hundred); NULL: nothing known.
const char *idle_timer_name(int64_t idle);

#endif
