// Preloaded into tcpwhy: makes allocation number FAIL_AT fail, and with
// FAIL_FROM set all that come after it. Counts malloc(), calloc(), realloc()
// and anonymous mmap(), but not what pcap_compile() does, whose scanner ends
// the program itself. With FAIL_COUNT set, stderr says at the end how many
// there were.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t each);
void *__libc_realloc(void *p, size_t n);

static atomic_long calls;
static atomic_bool spared; // what runs now
static long fail_at = -1;
static bool fail_from;

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("FAIL_AT"), *from = getenv("FAIL_FROM");

	fail_from = from && *from;
	atomic_store(&calls, 0); // the dynamic linker's
	fail_at = at ? atol(at) : 0;
}

__attribute__((destructor)) static void end(void)
{
	if (getenv("FAIL_COUNT"))
		fprintf(stderr, "%ld\n", (long)calls);
}

static bool fails(void)
{
	long n;

	if (fail_at < 0 || atomic_load(&spared))
		return false;
	n = atomic_fetch_add(&calls, 1) + 1;
	if (n != fail_at && !(fail_from && fail_at && n > fail_at))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t n)
{
	return fails() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t each)
{
	return fails() ? NULL : __libc_calloc(n, each);
}

void *realloc(void *p, size_t n)
{
	return fails() ? NULL : __libc_realloc(p, n);
}

void *mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset)
{
	if (flags & MAP_ANONYMOUS && fails())
		return MAP_FAILED;
	return (void *)syscall(SYS_mmap, at, n, prot, flags, fd, offset);
}

// libseccomp makes a thousand allocations for a filter that the program can do
// without: it has none here.
void *seccomp_init(unsigned action)
{
	(void)action;
	return NULL;
}

int pcap_compile(void *p, void *code, const char *text, int optimize,
		 unsigned mask)
{
	int (*compile)(void *, void *, const char *, int, unsigned);
	int rc;

	*(void **)&compile = dlsym(RTLD_NEXT, "pcap_compile");
	atomic_store(&spared, true);
	rc = compile(p, code, text, optimize, mask);
	atomic_store(&spared, false);
	return rc;
}
