#include "base/nameless_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/system.h"

enum { PATH = 4096 };

int nameless_at_once(const char *folder)
{
	char path[PATH];
	int fd;

	if (snprintf(path, sizeof path, "%s/tcpwhy.XXXXXX", folder) >= PATH) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	unlink(path);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	return fd;
}

const char *nameless_folder(const char *folder)
{
	return folder && *folder ? folder : "/tmp";
}

int nameless_file(const char *folder)
{
	return system_nameless_file(nameless_folder(folder));
}
