#include "cli/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

#include "base/ending_signals.h"
#include "base/output.h"

// A handler gets no argument: what it works on is here.
static struct capture *_Atomic reading;
static volatile sig_atomic_t stopped;

// The signal is blocked in its own handler: let in, it ends the process at
// once.
static void end_by(int number, siginfo_t *info, void *context)
{
	struct sigaction usual = { .sa_handler = SIG_DFL };
	sigset_t one;

	(void)context;
	output_remove();
	sigemptyset(&usual.sa_mask);
	sigaction(number, &usual, NULL);
	if (signal_comes_again(info))
		return;
	sigemptyset(&one);
	sigaddset(&one, number);
	pthread_sigmask(SIG_UNBLOCK, &one, NULL);
	raise(number);
}

static void interrupt(int number, siginfo_t *info, void *context)
{
	struct capture *c = atomic_load(&reading);
	int error = errno;

	if (!c || stopped) {
		end_by(number, info, context);
		return;
	}
	stopped = 1;
	capture_stop(c);
	errno = error;
}

static void catch_signal(int number, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction action = { .sa_sigaction = handler,
				    .sa_flags = SA_SIGINFO | SA_RESTART };
	struct sigaction old;

	sigfillset(&action.sa_mask);
	if (!sigaction(number, NULL, &old) && !(old.sa_flags & SA_SIGINFO) &&
	    old.sa_handler == SIG_DFL)
		sigaction(number, &action, NULL);
}

void signals_catch(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	for (int number = 1; number < NSIG; number++) {
		if (signal_ends_process(number))
			catch_signal(number,
				     number == SIGINT ? interrupt : end_by);
	}
}

void signals_reading(struct capture *c)
{
	atomic_store(&reading, c);
}

bool signals_stopped(void)
{
	return stopped;
}
