// An open file or pipe that can be waited for, and that waiting can be ended
// from elsewhere.
#ifndef TCPWHY_INPUT_FD_H
#define TCPWHY_INPUT_FD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct input_fd {
	int fd;
	int stop;              // when this is readable, waiting ends; -1: never
	size_t memory;         // bytes that unpacking may take; 0: no limit
	bool waits;            // not a regular file: reading it may block
	_Atomic uint64_t done; // bytes read so far; any thread may look
	_Atomic bool stopped;  // ended by stop, not by itself
};

// Up to n bytes, as soon as there are any. 0: the end, or told to stop; -1:
// errno says why.
ssize_t input_fd_read(struct input_fd *f, uint8_t *to, size_t n);

// True if input_fd_read() would not wait.
bool input_fd_ready(const struct input_fd *f);

#endif
