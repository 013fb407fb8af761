#include "base/unforeseen.h"

#include <errno.h>
#include <unistd.h>
#ifdef __APPLE__
#include <sys/random.h>
#endif

bool unforeseen(void *bytes, size_t n)
{
	int error;

	do {
		error = getentropy(bytes, n);
	} while (error && errno == EINTR);
	return !error;
}
