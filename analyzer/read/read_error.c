#include "read/read_error.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

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
