// Which signals end a process, and which of them a thread may leave to others.
#ifndef TCPWHY_ENDING_SIGNALS_H
#define TCPWHY_ENDING_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

// True if a process that does nothing about this signal is ended by it, and
// could do something: all but SIGKILL, those that stop or continue it, and
// those that are ignored by default (signal(7)).
bool signal_ends_process(int number);

// True in a handler where the instruction that caused the signal is carried out
// again when the handler returns, so that the signal comes again by itself, and
// with its address.
bool signal_comes_again(const siginfo_t *info);

// Blocks, in the calling thread, all signals that another thread can take.
// What a thread's own instructions cause (SIGSEGV ...) stays: blocked, it would
// end the process without its handler. *before gets the mask until then.
void signals_leave_to_others(sigset_t *before);

#endif
