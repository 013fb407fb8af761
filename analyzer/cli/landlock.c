#define _GNU_SOURCE // O_PATH
#include "cli/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// As in <linux/landlock.h>, which may be older than the kernel.

enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { ASK_VERSION = 1, PATH_BENEATH = 1 };

enum {
	FS_WRITE_FILE = 1 << 1,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_REMOVE_FILE = 1 << 5,
	FS_MAKE_REG = 1 << 8,
	FS_REFER = 1 << 13,     // ABI 2
	FS_TRUNCATE = 1 << 14,  // ABI 3
	FS_IOCTL_DEV = 1 << 15, // ABI 5
	FS_OF_FILES = FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV,
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

static const struct {
	unsigned may;
	uint64_t fs;
} rights_of[] = {
	{ MAY_READ, FS_READ_FILE },
	{ MAY_WRITE, FS_WRITE_FILE | FS_TRUNCATE },
	{ MAY_NAME, FS_MAKE_REG | FS_REMOVE_FILE | FS_REFER },
	{ MAY_LIST, FS_READ_DIR },
	{ MAY_CONTROL, FS_IOCTL_DEV },
};

long landlock_abi(void)
{
	return syscall(CREATE_RULESET, NULL, 0, ASK_VERSION);
}

// What this kernel can handle.
static const struct ruleset *handled(void)
{
	long abi = landlock_abi();

	for (size_t i = 0; i < sizeof abis / sizeof *abis; i++) {
		if (abi >= abis[i].abi)
			return &abis[i].all;
	}
	return NULL;
}

int landlock_begin(bool alone)
{
	const struct ruleset *all = handled();
	struct ruleset r;

	if (!all)
		return -1;
	r = *all;
	if (!alone)
		r.scoped = 0;
	return (int)syscall(CREATE_RULESET, &r, sizeof r, 0);
}

bool landlock_allow(int list, const char *path, unsigned rights)
{
	const struct ruleset *all = handled();
	struct beneath b = { 0, open(path, O_PATH | O_CLOEXEC) };
	struct stat st;
	bool fine;

	if (b.parent < 0)
		return errno == ENOENT || errno == EACCES || errno == ENOTDIR;
	for (size_t i = 0; i < sizeof rights_of / sizeof *rights_of; i++) {
		if (rights & rights_of[i].may)
			b.allowed |= rights_of[i].fs;
	}
	b.allowed &= all ? all->fs : 0;
	if (!fstat(b.parent, &st) && !S_ISDIR(st.st_mode))
		b.allowed &= FS_OF_FILES;
	fine = !b.allowed || !syscall(ADD_RULE, list, PATH_BENEATH, &b, 0);
	close(b.parent);
	return fine;
}

bool landlock_enter(int list)
{
	bool fine = !syscall(RESTRICT_SELF, list, 0);

	close(list);
	return fine;
}

void landlock_drop(int list)
{
	close(list);
}
