#include "read/read_error.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

const char *read_error_errno(int error)
{
	return error == ENOMEM ? READ_ERROR_MEMORY : strerror(error);
}

bool read_error_is_memory(const char *reason)
{
	static const char *const words[] = { READ_ERROR_MEMORY, "malloc",
					     "Cannot allocate memory" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strstr(reason, words[i]))
			return true;
	}
	return false;
}

void read_error_after(char error[READ_ERROR_TEXT], const char *how, uint64_t n,
		      const char *detail)
{
	snprintf(error, READ_ERROR_TEXT, "%.64s %s packet %" PRIu64 "%s%.48s",
		 how, n ? "after" : "before", n + !n, detail ? ": " : "",
		 detail ? detail : "");
}

void read_error_cut(char error[READ_ERROR_TEXT], uint64_t n)
{
	snprintf(error, READ_ERROR_TEXT, "cut short in packet %" PRIu64, n + 1);
}
