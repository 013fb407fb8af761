#define _GNU_SOURCE // CLONE_THREAD
#include "cli/syscall_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// libseccomp knows the numbers of system calls on every machine. The filter
// itself is put together here: libseccomp takes nearly a thousand pieces of
// memory for that, and frees some twice when it gets none.

// As in <linux/seccomp.h>.
enum { SET_MODE_FILTER = 1, GET_ACTION_AVAIL = 2 };
enum { ALL_THREADS = 1 << 0, NO_SPECULATION_BRAKES = 1 << 2 };

struct call {
	int32_t number;
	uint32_t machine;
	uint64_t instruction, argument[6];
};

// What is allowed ------------------------------------------------------------

enum {
	REPORT = FILTER_REPORT,
	BROWSE = FILTER_BROWSE,
	EVERY = REPORT | BROWSE
};

// A call that is allowed; with a mask, only if that argument, masked, has this
// value.
static const struct allowed {
	const char *name;
	unsigned tasks;
	unsigned argument;
	uint64_t mask, value;
} allowed[] = {
	// What is open.
	{ "read", EVERY, 0, 0, 0 },
	{ "readv", EVERY, 0, 0, 0 },
	{ "pread64", EVERY, 0, 0, 0 },
	{ "write", EVERY, 0, 0, 0 },
	{ "writev", EVERY, 0, 0, 0 },
	{ "pwrite64", EVERY, 0, 0, 0 },
	{ "fallocate", EVERY, 0, 0, 0 },
	{ "fstatfs", EVERY, 0, 0, 0 },
	{ "lseek", EVERY, 0, 0, 0 },
	{ "_llseek", EVERY, 0, 0, 0 },
	{ "close", EVERY, 0, 0, 0 },
	{ "fsync", EVERY, 0, 0, 0 },
	{ "fstat", EVERY, 0, 0, 0 },
	{ "fstat64", EVERY, 0, 0, 0 },
	{ "newfstatat", REPORT, 3, AT_EMPTY_PATH, AT_EMPTY_PATH },
	{ "fcntl", REPORT, 1, UINT32_MAX, F_GETFL },
	{ "fcntl", REPORT, 1, UINT32_MAX, F_GETFD },
	{ "poll", EVERY, 0, 0, 0 },
	{ "ppoll", EVERY, 0, 0, 0 },
	{ "ppoll_time64", EVERY, 0, 0, 0 },
	// isatty() and the width of a terminal; typing into it (TIOCSTI) is
	// how others have left such a cage.
	{ "ioctl", EVERY, 1, UINT32_MAX, TCGETS },
	{ "ioctl", EVERY, 1, UINT32_MAX, 0x802c542a }, // TCGETS2
	{ "ioctl", EVERY, 1, UINT32_MAX, TIOCGWINSZ },
	// Memory, threads, time, signals to itself.
	{ "mmap", EVERY, 2, PROT_EXEC, 0 },
	{ "mmap2", EVERY, 2, PROT_EXEC, 0 },
	{ "mprotect", EVERY, 2, PROT_EXEC, 0 },
	{ "munmap", EVERY, 0, 0, 0 },
	{ "mremap", EVERY, 0, 0, 0 },
	{ "madvise", EVERY, 0, 0, 0 },
	{ "brk", EVERY, 0, 0, 0 },
	{ "sysinfo", EVERY, 0, 0, 0 },
	{ "getrandom", EVERY, 0, 0, 0 },
	{ "clone", EVERY, 0, CLONE_THREAD, CLONE_THREAD },
	{ "set_robust_list", EVERY, 0, 0, 0 },
	{ "rseq", EVERY, 0, 0, 0 },
	{ "futex", EVERY, 0, 0, 0 },
	{ "futex_time64", EVERY, 0, 0, 0 },
	{ "sched_yield", EVERY, 0, 0, 0 },
	{ "sched_getaffinity", EVERY, 0, 0, 0 },
	{ "prlimit64", EVERY, 2, UINTPTR_MAX, 0 },
	{ "getrusage", EVERY, 0, 0, 0 },
	{ "clock_gettime", EVERY, 0, 0, 0 },
	{ "clock_gettime64", EVERY, 0, 0, 0 },
	{ "clock_nanosleep", EVERY, 0, 0, 0 },
	{ "clock_nanosleep_time64", EVERY, 0, 0, 0 },
	{ "nanosleep", EVERY, 0, 0, 0 },
	{ "gettimeofday", EVERY, 0, 0, 0 },
	{ "time", EVERY, 0, 0, 0 },
	{ "getpid", EVERY, 0, 0, 0 },
	{ "gettid", EVERY, 0, 0, 0 },
	{ "rt_sigaction", EVERY, 0, 0, 0 },
	{ "rt_sigprocmask", EVERY, 0, 0, 0 },
	{ "rt_sigreturn", EVERY, 0, 0, 0 },
	{ "sigreturn", EVERY, 0, 0, 0 },
	{ "sigaltstack", EVERY, 0, 0, 0 },
	{ "restart_syscall", EVERY, 0, 0, 0 },
	{ "exit", EVERY, 0, 0, 0 },
	{ "exit_group", EVERY, 0, 0, 0 },
	// The browser's files: it reads captures again, and writes exports.
	{ "rename", BROWSE, 0, 0, 0 },
	{ "renameat", BROWSE, 0, 0, 0 },
	{ "renameat2", BROWSE, 0, 0, 0 },
	{ "unlink", BROWSE, 0, 0, 0 },
	{ "unlinkat", BROWSE, 0, 0, 0 },
	{ "open", BROWSE, 0, 0, 0 },
	{ "openat", BROWSE, 0, 0, 0 },
	{ "access", BROWSE, 0, 0, 0 },
	{ "faccessat", BROWSE, 0, 0, 0 },
	{ "faccessat2", BROWSE, 0, 0, 0 },
	{ "stat", BROWSE, 0, 0, 0 },
	{ "stat64", BROWSE, 0, 0, 0 },
	{ "lstat", BROWSE, 0, 0, 0 },
	{ "lstat64", BROWSE, 0, 0, 0 },
	{ "newfstatat", BROWSE, 0, 0, 0 },
	{ "fstatat64", BROWSE, 0, 0, 0 },
	{ "statx", BROWSE, 0, 0, 0 },
	{ "readlink", BROWSE, 0, 0, 0 },
	{ "readlinkat", BROWSE, 0, 0, 0 },
	{ "getcwd", BROWSE, 0, 0, 0 },
	{ "getdents64", BROWSE, 0, 0, 0 },
	{ "umask", BROWSE, 0, 0, 0 },
	{ "fchmod", BROWSE, 0, 0, 0 },
	{ "fcntl", BROWSE, 0, 0, 0 },
	{ "fcntl64", BROWSE, 0, 0, 0 },
	{ "pipe", BROWSE, 0, 0, 0 },
	{ "pipe2", BROWSE, 0, 0, 0 },
	{ "dup", BROWSE, 0, 0, 0 },
	// ... and its terminal.
	{ "ioctl", BROWSE, 1, UINT32_MAX, TCSETS },
	{ "ioctl", BROWSE, 1, UINT32_MAX, TCSETSW },
	{ "ioctl", BROWSE, 1, UINT32_MAX, TCSETSF },
	{ "ioctl", BROWSE, 1, UINT32_MAX, 0x402c542b }, // TCSETS2
	{ "ioctl", BROWSE, 1, UINT32_MAX, 0x402c542c }, // TCSETSW2
	{ "ioctl", BROWSE, 1, UINT32_MAX, 0x402c542d }, // TCSETSF2
	{ "ioctl", BROWSE, 1, UINT32_MAX, TCFLSH },
	{ "ioctl", BROWSE, 1, UINT32_MAX, TCSBRK },
	{ "ioctl", BROWSE, 1, UINT32_MAX, TIOCGPGRP },
	{ "ioctl", BROWSE, 1, UINT32_MAX, FIONREAD },
	{ "select", BROWSE, 0, 0, 0 },
	{ "_newselect", BROWSE, 0, 0, 0 },
	{ "pselect6", BROWSE, 0, 0, 0 },
	{ "pselect6_time64", BROWSE, 0, 0, 0 },
	{ "kill", BROWSE, 0, UINT32_MAX, 0 }, // its own process group: Ctrl-Z
	{ "getuid", BROWSE, 0, 0, 0 },
	{ "geteuid", BROWSE, 0, 0, 0 },
	{ "getgid", BROWSE, 0, 0, 0 },
	{ "getegid", BROWSE, 0, 0, 0 },
	{ "getpgrp", BROWSE, 0, 0, 0 },
	{ "getpgid", BROWSE, 0, 0, 0 },
};

// The filter -----------------------------------------------------------------

enum { LONGEST = 1024 };

struct program {
	struct sock_filter code[LONGEST];
	size_t n;
};

static void put_instruction(struct program *p, uint16_t code, uint32_t k,
			    uint8_t yes, uint8_t no)
{
	if (p->n < LONGEST)
		p->code[p->n] = (struct sock_filter){ code, yes, no, k };
	p->n++;
}

static void load(struct program *p, size_t offset)
{
	put_instruction(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void leave(struct program *p, uint32_t action)
{
	put_instruction(p, BPF_RET | BPF_K, action, 0, 0);
}

// Goes on if what is loaded is k, else skips that many.
static void unless_skip(struct program *p, uint32_t k, uint8_t skip)
{
	put_instruction(p, BPF_JMP | BPF_JEQ | BPF_K, k, 0, skip);
}

// One half of an argument: 3 instructions.
static void compare_half(struct program *p, const struct allowed *a, bool high,
			 uint8_t skip)
{
	const union {
		uint16_t word;
		uint8_t first;
	} order = { 1 };
	bool little = order.first == 1;
	unsigned shift = high ? 32 : 0;

	load(p, offsetof(struct call, argument) + a->argument * 8 +
		    (high == little ? 4 : 0));
	put_instruction(p, BPF_ALU | BPF_AND | BPF_K,
			(uint32_t)(a->mask >> shift), 0, 0);
	unless_skip(p, (uint32_t)(a->value >> shift), skip);
}

// The number of the call is loaded before and after.
static void allow(struct program *p, const struct allowed *a)
{
	int number = seccomp_syscall_resolve_name(a->name);

	if (number < 0)
		return; // not on this machine, or younger than the library
	if (!a->mask) {
		unless_skip(p, (uint32_t)number, 1);
		leave(p, SCMP_ACT_ALLOW);
		return;
	}
	unless_skip(p, (uint32_t)number, 8);
	compare_half(p, a, false, 4);
	compare_half(p, a, true, 1);
	leave(p, SCMP_ACT_ALLOW);
	load(p, offsetof(struct call, number));
}

// raise() and abort() must work, and what ncurses does at Ctrl-Z.
static void allow_self(struct program *p)
{
	uint64_t self = (uint64_t)getpid();

	allow(p, &(struct allowed){ "tgkill", EVERY, 0, UINT32_MAX, self });
	// musl's raise(), of the first thread; others leave signals to it.
	allow(p, &(struct allowed){ "tkill", EVERY, 0, UINT32_MAX, self });
	allow(p, &(struct allowed){ "kill", EVERY, 0, UINT32_MAX, self });
}

static void build(struct program *p, unsigned whose)
{
	int clone3 = seccomp_syscall_resolve_name("clone3");

	load(p, offsetof(struct call, machine));
	put_instruction(p, BPF_JMP | BPF_JEQ | BPF_K, seccomp_arch_native(), 1,
			0);
	leave(p, SCMP_ACT_ERRNO(EPERM));
	load(p, offsetof(struct call, number));
	for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++) {
		if (allowed[i].tasks & whose)
			allow(p, &allowed[i]);
	}
	allow_self(p);
	// Its arguments lie in memory, where a filter can't see them; told
	// that it doesn't exist, the C library takes clone().
	if (clone3 >= 0) {
		unless_skip(p, (uint32_t)clone3, 1);
		leave(p, SCMP_ACT_ERRNO(ENOSYS));
	}
	leave(p, SCMP_ACT_ERRNO(EPERM));
}

// All threads; and without the brakes on speculation, where the kernel can do
// without, as nobody else's code runs here.
bool syscall_filter_enter(unsigned whose)
{
	struct program p = { .n = 0 };
	struct sock_fprog all = { .filter = p.code };

	build(&p, whose);
	if (p.n > LONGEST)
		return false;
	all.len = (unsigned short)p.n;
	return !syscall(SYS_seccomp, SET_MODE_FILTER,
			ALL_THREADS | NO_SPECULATION_BRAKES, &all) ||
	       !syscall(SYS_seccomp, SET_MODE_FILTER, ALL_THREADS, &all);
}

char *syscall_filter_describe(char *out, size_t n)
{
	const struct scmp_version *v = seccomp_version();
	uint32_t action = SCMP_ACT_ERRNO(EPERM) & 0xffff0000;

	if (syscall(SYS_seccomp, GET_ACTION_AVAIL, 0, &action))
		snprintf(out, n, "%s", "");
	else
		snprintf(out, n, "seccomp (libseccomp %u.%u.%u)", v->major,
			 v->minor, v->micro);
	return out;
}
