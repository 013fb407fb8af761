#include "rescue.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

#include "base/ending_signals.h"

enum { BYTES = 512, STACK = 64 * 1024 };

static struct {
	volatile sig_atomic_t open;    // the terminal is ours
	volatile sig_atomic_t stopped; // SIGTSTP came
	volatile sig_atomic_t continued;
	int fd;
	struct termios modes;
	char bytes[BYTES];
	size_t n;
	struct sigaction before[NSIG], before_stop, before_continue;
	sigset_t mask; // as it was: signals let in while waiting
	stack_t before_stack;
	unsigned char stack[STACK];
} rescue;

void rescue_remember(int fd)
{
	rescue.fd = fd;
	rescue.n = 0;
	tcgetattr(fd, &rescue.modes);
}

void rescue_bytes(const char *s, size_t n)
{
	if (n > sizeof rescue.bytes - rescue.n)
		return;
	memcpy(rescue.bytes + rescue.n, s, n);
	rescue.n += n;
}

// Only what signal-safety(7) allows.
static void give_back(void)
{
	size_t done = 0;

	if (!rescue.open)
		return;
	rescue.open = 0;
	while (done < rescue.n) {
		ssize_t n =
		    write(rescue.fd, rescue.bytes + done, rescue.n - done);

		if (n <= 0)
			break;
		done += (size_t)n;
	}
	tcsetattr(rescue.fd, TCSANOW, &rescue.modes);
}

// Then lets the signal have the effect that it had before: death, a core, a
// sanitizer's report.
static void die(int number, siginfo_t *info, void *context)
{
	(void)context;
	give_back();
	sigaction(number, &rescue.before[number], NULL);
	if (!signal_comes_again(info))
		raise(number);
}

static void stopped(int number)
{
	(void)number;
	rescue.stopped = 1;
}

static void continued(int number)
{
	(void)number;
	rescue.continued = 1;
}

// A stack for handlers, so that an overflow of the stack is caught as well;
// a sanitizer may have set its own.
static void use_stack(void)
{
	stack_t ours = { .ss_sp = rescue.stack,
			 .ss_size = sizeof rescue.stack };

	sigaltstack(NULL, &rescue.before_stack);
	if (rescue.before_stack.ss_flags & SS_DISABLE)
		sigaltstack(&ours, NULL);
}

static bool was_ignored(int number)
{
	const struct sigaction *before = &rescue.before[number];

	return !(before->sa_flags & SA_SIGINFO) &&
	       before->sa_handler == SIG_IGN;
}

static void catch_ends(void)
{
	struct sigaction act = { .sa_sigaction = die,
				 .sa_flags = SA_SIGINFO | SA_ONSTACK };

	sigfillset(&act.sa_mask);
	for (int n = 1; n < NSIG; n++) {
		if (signal_ends_process(n) &&
		    !sigaction(n, NULL, &rescue.before[n]) && !was_ignored(n))
			sigaction(n, &act, NULL);
	}
}

static void leave_ends(void)
{
	for (int n = 1; n < NSIG; n++) {
		if (signal_ends_process(n))
			sigaction(n, &rescue.before[n], NULL);
	}
}

void rescue_begin(void)
{
	struct sigaction act = { .sa_handler = stopped };
	sigset_t held;

	use_stack();
	catch_ends();
	sigaction(SIGTSTP, &act, &rescue.before_stop);
	act.sa_handler = continued;
	sigaction(SIGCONT, &act, &rescue.before_continue);
	// Held back so that none gets lost between a look at what it did and
	// the wait for the next key.
	sigemptyset(&held);
	sigaddset(&held, SIGWINCH);
	sigaddset(&held, SIGTSTP);
	sigaddset(&held, SIGCONT);
	sigprocmask(SIG_BLOCK, &held, &rescue.mask);
	rescue.open = 1;
}

void rescue_release(void)
{
	rescue.open = 0;
	leave_ends();
	sigaction(SIGTSTP, &rescue.before_stop, NULL);
	sigaction(SIGCONT, &rescue.before_continue, NULL);
	sigprocmask(SIG_SETMASK, &rescue.mask, NULL);
	if (rescue.before_stack.ss_flags & SS_DISABLE)
		sigaltstack(&rescue.before_stack, NULL);
}

void rescue_pause(void)
{
	rescue.open = 0;
}

void rescue_resume(void)
{
	rescue.open = 1;
}

int rescue_wait(int milliseconds)
{
	struct timespec time = { milliseconds / 1000,
				 milliseconds % 1000 * 1000000L };
	fd_set set;

	FD_ZERO(&set);
	FD_SET(rescue.fd, &set);
	return pselect(rescue.fd + 1, &set, NULL, NULL,
		       milliseconds < 0 ? NULL : &time, &rescue.mask);
}

static bool once(volatile sig_atomic_t *flag)
{
	bool set = *flag;

	*flag = 0;
	return set;
}

bool rescue_stopped(void)
{
	return once(&rescue.stopped);
}

bool rescue_continued(void)
{
	return once(&rescue.continued);
}

void rescue_stop(void)
{
	struct sigaction act = { .sa_handler = stopped };
	sigset_t held;

	sigaction(SIGTSTP, &rescue.before_stop, NULL);
	sigprocmask(SIG_SETMASK, &rescue.mask, &held);
	kill(0, SIGTSTP);
	sigprocmask(SIG_SETMASK, &held, NULL);
	sigaction(SIGTSTP, &act, NULL);
	rescue.stopped = rescue.continued = 0;
}
