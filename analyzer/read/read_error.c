#include "read/read_error.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

const char *fault_errno(int error)
{
	return error == ENOMEM ? FAULT_MEMORY : strerror(error);
}

bool fault_is_memory(const char *reason)
{
	static const char *const words[] = { FAULT_MEMORY, "malloc",
					     "Cannot allocate memory" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strstr(reason, words[i]))
			return true;
	}
	return false;
}

void fault_after(char fault[FAULT_TEXT], const char *how, uint64_t n,
		 const char *detail)
{
	snprintf(fault, FAULT_TEXT, "%.64s %s packet %" PRIu64 "%s%.48s", how,
		 n ? "after" : "before", n + !n, detail ? ": " : "",
		 detail ? detail : "");
}

void fault_cut(char fault[FAULT_TEXT], uint64_t n)
{
	snprintf(fault, FAULT_TEXT, "cut short in packet %" PRIu64, n + 1);
}
