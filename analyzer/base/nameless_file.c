#define _GNU_SOURCE // O_TMPFILE
#include "base/nameless_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PATH = 4096 };

// Where the file system knows no files without names (NFS, FAT): one that loses
// its name at once.
static int unnamed_at_once(const char *folder)
{
	char path[PATH];
	int fd;

	if (snprintf(path, sizeof path, "%s/tcpwhy.XXXXXX", folder) >= PATH) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

const char *nameless_folder(const char *folder)
{
	return folder && *folder ? folder : "/tmp";
}

int nameless_file(const char *folder)
{
	int fd;

	folder = nameless_folder(folder);
	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return fd;
	return unnamed_at_once(folder);
}
