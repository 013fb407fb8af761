// What each program's socket calls return, as a table. Pure.
#ifndef TCPWHY_APPERR_H
#define TCPWHY_APPERR_H

#include <stddef.h>
#include <stdint.h>

#include "decode/stack.h"

// What a call returns. CALL_NONE: does not apply (the program has itself
// closed or reset the socket, or never had one), an empty cell.
enum call_result {
	CALL_NONE,
	CALL_OK,
	CALL_EOF,
	CALL_BLOCKS,
	CALL_ECONNREFUSED,
	CALL_ECONNRESET,
	CALL_EPIPE,
	CALL_ETIMEDOUT,
	CALL_EHOSTUNREACH,
	CALL_ENETUNREACH,
	CALL_ECONNABORTED,
	CALL_ENOPROTOOPT,
	CALL_EHOSTDOWN,
	CALL_ENONET,
	CALL_EOPNOTSUPP,
	CALL_EPROTO,
	CALL_EACCES,
	CALL_RESULTS
};

// "ECONNRESET", "EOF", "ok", "blocks", "" for CALL_NONE.
const char *call_result_name(enum call_result r);

// For people, in the words of that stack: "ECONNRESET (Connection reset by
// peer)", on Windows "WSAECONNRESET 10054 (...)". Never NULL.
const char *call_result_text(enum call_result r, enum stack s);

// What one looks with on a host.
enum tool {
	TOOL_TRACE,      // the program's calls, as they are made
	TOOL_SOCKETS,    // sockets, their queues and owners
	TOOL_LISTENERS,  // ... those that listen
	TOOL_CLOSE_WAIT, // ... those in CLOSE_WAIT
	TOOL_COUNTERS,   // what the kernel counted
	TOOL_BACKLOG,    // the bound of listen()'s backlog
	TOOLS
};

// The command or setting for that on such a host: "ss -tlnp", on Windows
// "Get-NetTCPConnection -State Listen". Where the stack is unknown, Linux's,
// and said to be. Never NULL.
const char *stack_tool(enum tool t, enum stack s);

// The tool that texts call by those n bytes ("listeners"); TOOLS if none.
enum tool tool_by_name(const char *name, size_t n);

// "Linux", "Windows", "macOS", "FreeBSD", "an unknown stack".
const char *stack_name(enum stack s);

#endif
