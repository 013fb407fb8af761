#include "read/input_fd.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

// 1: there is something to read; 0: told to stop; -1: errno says why.
static int input_fd_wait(const struct input_fd *f)
{
	struct pollfd on[2] = {
		{ .fd = f->fd, .events = POLLIN },
		{ .fd = f->stop, .events = POLLIN },
	};
	while (poll(on, 2, -1) < 0)
		if (errno != EINTR)
			return -1;
	return on[1].revents == 0;
}

bool input_fd_ready(const struct input_fd *f)
{
	struct pollfd on[2] = {
		{ .fd = f->fd, .events = POLLIN },
		{ .fd = f->stop, .events = POLLIN },
	};
	return !f->waits || poll(on, 2, 0) > 0;
}

ssize_t input_fd_read(struct input_fd *f, uint8_t *to, size_t n)
{
	ssize_t got;
	do {
		int ready = f->waits ? input_fd_wait(f) : 1;
		if (ready == 0)
			atomic_store(&f->stopped, true);
		if (ready <= 0)
			return ready;
		got = read(f->fd, to, n);
	} while (got < 0 && (errno == EINTR || errno == EAGAIN));
	if (got > 0)
		atomic_fetch_add_explicit(&f->done, (uint64_t)got,
					  memory_order_relaxed);
	return got;
}
