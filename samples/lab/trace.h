// The kernel's own word on every RST: tracepoint tcp:tcp_send_reset, read
// through a tracefs instance of the lab's own, in a private mount namespace.
#ifndef LAB_TRACE_H
#define LAB_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reset {
	int64_t time;          // CLOCK_MONOTONIC, microseconds precise
	char from[56], to[56]; // "10.64.0.1:80" or "[fd77::1]:80"
	char state[20];
	char reason[32];
};

struct trace {
	struct reset *reset;
	size_t n, room;
};

// Call before any thread exists. Removes what dead processes of the lab left.
// NULL, or what failed (errno says why).
const char *trace_start(void);

// Reads what the kernel wrote down so far.
bool trace_read(struct trace *t);
void trace_free(struct trace *t);

// Copies the trace as tracefs prints it to DIR/trace.txt, for --with.
bool trace_write(const char *dir);

// Removes the instance; safe to call twice, and in a dying program.
void trace_end(void);

#endif
