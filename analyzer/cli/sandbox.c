// What is forbidden fails with EPERM and does not kill. To code that was taken
// over it makes no difference; but an unforeseen call of a newer C library,
// which copes with the error, must not cost a user the report.
#define _GNU_SOURCE // O_PATH, CLONE_THREAD
#include "cli/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = true };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||     \
    __has_feature(memory_sanitizer)
enum { SANITIZED = true };
#else
enum { SANITIZED = false };
#endif
#else
enum { SANITIZED = false };
#endif

// Landlock -------------------------------------------------------------------
// As in <linux/landlock.h>, which may be older than the kernel.

enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { ASK_VERSION = 1, PATH_BENEATH = 1 };

enum {
	FS_EXECUTE = 1 << 0,
	FS_WRITE_FILE = 1 << 1,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_REMOVE_FILE = 1 << 5,
	FS_MAKE_REG = 1 << 8,
	FS_REFER = 1 << 13,     // ABI 2
	FS_TRUNCATE = 1 << 14,  // ABI 3
	FS_IOCTL_DEV = 1 << 15, // ABI 5
};

struct ruleset {
	uint64_t fs, net, scoped;
};

struct __attribute__((packed)) beneath {
	uint64_t allowed;
	int32_t parent;
};

// What there is to be handled, by ABI; each includes those before.
static const struct {
	long abi;
	struct ruleset all;
} abis[] = {
	{ 6, { 0xffff, 3, 3 } }, // sockets in the abstract name space, signals
	{ 5, { 0xffff, 3, 0 } }, { 4, { 0x7fff, 3, 0 } }, // TCP
	{ 3, { 0x7fff, 0, 0 } }, { 2, { 0x3fff, 0, 0 } },
	{ 1, { 0x1fff, 0, 0 } },
};

static const uint64_t browse_files =
    FS_WRITE_FILE | FS_READ_FILE | FS_READ_DIR | FS_REMOVE_FILE | FS_MAKE_REG |
    FS_REFER | FS_TRUNCATE | FS_IOCTL_DEV;
static const uint64_t rename_files = FS_REMOVE_FILE | FS_MAKE_REG;

static long landlock_abi(void)
{
	return syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
}

// Allows rights beneath a directory; false: errno says why not.
static bool landlock_allow(int ruleset, int parent, uint64_t rights)
{
	struct beneath b = { rights, parent };

	return parent >= 0 && !syscall(ADD_RULE, ruleset, PATH_BENEATH, &b, 0);
}

// The directory that file lies in.
static int directory_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	char *path;
	int fd;

	if (!slash)
		return open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	path = strndup(file, (size_t)(slash - file) + 1);
	fd = path ? open(path, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	free(path);
	return fd;
}

static bool landlock_rules(int ruleset, const struct ruleset *all,
			   enum sandbox_task task, const char *file)
{
	uint64_t rights = task == SANDBOX_BROWSE ? browse_files : rename_files;
	bool fine;
	int fd;

	if (task == SANDBOX_REPORT && !file)
		return true;
	fd = task == SANDBOX_BROWSE
		 ? open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)
		 : directory_of(file);
	fine = landlock_allow(ruleset, fd, rights & all->fs);
	if (fd >= 0)
		close(fd);
	return fine;
}

static bool landlock_enter(enum sandbox_task task, const char *file)
{
	long abi = landlock_abi();
	struct ruleset all;
	size_t i = 0;
	bool fine;
	int fd;

	if (abi < 1)
		return false;
	while (abi < abis[i].abi)
		i++;
	all = abis[i].all;
	if (task == SANDBOX_BROWSE)
		all.scoped = 0; // Ctrl-Z stops the whole pipeline
	fd = (int)syscall(CREATE_RULESET, &all, sizeof all, 0);
	if (fd < 0)
		return false;
	fine = landlock_rules(fd, &all, task, file) &&
	       !syscall(RESTRICT_SELF, fd, 0);
	close(fd);
	return fine;
}

// System calls ---------------------------------------------------------------

enum { REPORT = 1, BROWSE = 2, EVERY = REPORT | BROWSE, NAMING = 4 };

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
	// A finished report gets its name, an unfinished one is removed.
	{ "rename", BROWSE | NAMING, 0, 0, 0 },
	{ "renameat", BROWSE | NAMING, 0, 0, 0 },
	{ "renameat2", BROWSE | NAMING, 0, 0, 0 },
	{ "unlink", BROWSE | NAMING, 0, 0, 0 },
	{ "unlinkat", BROWSE | NAMING, 0, 0, 0 },
	// The browser's files.
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

static bool seccomp_allow(scmp_filter_ctx filter, const struct allowed *a)
{
	int number = seccomp_syscall_resolve_name(a->name);
	struct scmp_arg_cmp only = { .arg = a->argument,
				     .op = SCMP_CMP_MASKED_EQ,
				     .datum_a = a->mask,
				     .datum_b = a->value };

	if (number == __NR_SCMP_ERROR)
		return true; // not on this machine, or younger than the library
	return !seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number,
				       a->mask ? 1 : 0, &only);
}

// raise() and abort() must work, and what ncurses does at Ctrl-Z.
static bool seccomp_allow_self(scmp_filter_ctx filter)
{
	struct scmp_arg_cmp self = { .arg = 0,
				     .op = SCMP_CMP_EQ,
				     .datum_a = (scmp_datum_t)getpid() };

	return !seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill),
				       1, &self) &&
	       !seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(kill),
				       1, &self);
}

static bool seccomp_rules(scmp_filter_ctx filter, unsigned tasks)
{
	// Its arguments lie in memory, where a filter can't see them; told
	// that it doesn't exist, the C library takes clone().
	bool fine = !seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(ENOSYS),
					    SCMP_SYS(clone3), 0, NULL) &&
		    seccomp_allow_self(filter);

	for (size_t i = 0; fine && i < sizeof allowed / sizeof allowed[0]; i++)
		if (allowed[i].tasks & tasks)
			fine = seccomp_allow(filter, &allowed[i]);
	return fine;
}

static bool seccomp_enter(unsigned tasks)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	bool fine;

	if (!filter)
		return false;
	// All threads; as a tree, which costs a read() little; and without
	// the brakes on speculation, as nobody else's code runs here.
	fine = !seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);
	fine = fine && seccomp_rules(filter, tasks) && !seccomp_load(filter);
	seccomp_release(filter);
	return fine;
}

// Both -----------------------------------------------------------------------

unsigned sandbox_enter(enum sandbox_task task, const char *file)
{
	unsigned tasks = task == SANDBOX_BROWSE ? BROWSE : REPORT;
	unsigned active = SANDBOX_NONE;

	if (SANITIZED || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return SANDBOX_NONE;
	tzset(); // reads a file the first time
	if (landlock_enter(task, file))
		active |= SANDBOX_LANDLOCK;
	if (seccomp_enter(file ? tasks | NAMING : tasks))
		active |= SANDBOX_SECCOMP;
	return active;
}

static bool seccomp_known(void)
{
	uint32_t action = SCMP_ACT_ERRNO(EPERM) & 0xffff0000;

	enum { GET_ACTION_AVAIL = 2 };
	return !syscall(SYS_seccomp, GET_ACTION_AVAIL, 0, &action);
}

char *sandbox_describe(char *out, size_t n)
{
	const struct scmp_version *v = seccomp_version();
	long abi = SANITIZED ? -1 : landlock_abi();
	char filter[64] = "";

	if (!SANITIZED && seccomp_known())
		snprintf(filter, sizeof filter, "seccomp (libseccomp %u.%u.%u)",
			 v->major, v->minor, v->micro);
	if (abi > 0)
		snprintf(out, n, "Landlock (ABI %ld)%s%s", abi,
			 *filter ? ", " : "", filter);
	else
		snprintf(out, n, "%s", *filter ? filter : "none");
	return out;
}
