#include "base/ending_signals.h"

#include <stddef.h>

static const int others[] = { SIGKILL, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU,
			      SIGCONT, SIGCHLD, SIGURG,  SIGWINCH };

static const int own[] = { SIGSEGV, SIGBUS,  SIGFPE, SIGILL,
			   SIGSYS,  SIGTRAP, SIGABRT };

bool signal_ends_process(int number)
{
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (others[i] == number)
			return false;
	}
	return number > 0 && number < NSIG;
}

bool signal_comes_again(const siginfo_t *info)
{
	int n = info->si_signo;

	return info->si_code > 0 &&
	       (n == SIGSEGV || n == SIGBUS || n == SIGFPE || n == SIGILL);
}

void signals_leave_to_others(sigset_t *before)
{
	sigset_t set;

	sigfillset(&set);
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		sigdelset(&set, own[i]);
	pthread_sigmask(SIG_SETMASK, &set, before);
}
