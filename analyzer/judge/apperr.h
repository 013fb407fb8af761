// What each program's socket calls return, as a table. Pure.
#ifndef TCPWHY_APPERR_H
#define TCPWHY_APPERR_H

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

// "Linux", "Windows", "macOS", "FreeBSD", "an unknown stack".
const char *stack_name(enum stack s);

#endif
