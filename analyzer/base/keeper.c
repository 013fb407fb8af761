#define _GNU_SOURCE // close_range()
#include "base/keeper.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

// What the process is for; never returns.
static void keep(int asked, const char *temporary, const char *path)
{
	int error = 0;
	char c = 'd';
	ssize_t n;

	do {
		n = read(asked, &c, 1);
	} while (n < 0 && errno == EINTR);
	if (n == 1 && c == 'n' && rename(temporary, path))
		error = errno;
	if (n != 1 || c != 'n' || error)
		unlink(temporary);
	// Nobody may be there to hear it.
	n = send(asked, &error, sizeof error, MSG_NOSIGNAL);
	_exit(n < 0);
}

static void leave_all_but(int fd)
{
	if (fd > 0)
		close_range(0, (unsigned)fd - 1, 0);
	close_range((unsigned)fd + 1, UINT_MAX, 0);
}

int keeper_begin(const char *temporary, const char *path)
{
	int end[2], error;
	sigset_t all, before;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end))
		return -1;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (!pid) {
		leave_all_but(end[1]);
		keep(end[1], temporary, path);
	}
	error = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	close(end[1]);
	if (pid > 0)
		return end[0];
	close(end[0]);
	errno = error;
	return -1;
}

// Asks, and waits for the answer; EIO: there was none.
static int ask(int keeper, char what)
{
	int error = EIO;
	ssize_t n;

	if (write(keeper, &what, 1) == 1) {
		do {
			n = read(keeper, &error, sizeof error);
		} while (n < 0 && errno == EINTR);
		if (n != sizeof error)
			error = EIO;
	}
	close(keeper);
	return error;
}

int keeper_name(int keeper)
{
	return ask(keeper, 'n');
}

void keeper_drop(int keeper)
{
	ask(keeper, 'd');
}
