// The words that people, programs and their logs have for errors of the
// network. Pure.
#ifndef TCPWHY_ERRWORDS_H
#define TCPWHY_ERRWORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"

// A set of enum call_result, a bit each.
typedef uint32_t call_set;

#define CALL_BIT(result) ((call_set)1 << (result))

// The calls that an error may come from.
enum { IN_CONNECT = 1, IN_RECV = 2, IN_SEND = 4, IN_ANY = 7 };

// Results of calls that a name means: "ECONNRESET", "WSAECONNRESET",
// "Connection reset by peer", "104", "10054". 0: none; *nearest is then the
// name that is most alike, or NULL.
call_set errno_find(const char *name, const char **nearest);

// Who ended the connection, as seen by the program that wrote a line.
enum closer { ANYBODY, ITSELF, THE_PEER };

// What a text in a log line says of the connection.
struct errword {
	const char *text; // in lower case; one with capitals is a code
	call_set results; // one of them was returned; 0: no call is meant
	uint8_t calls;    // by one of these calls
	uint8_t by;       // whose program writes it: CLIENT, SERVER or BOTH
	uint8_t closer;   // enum closer
	const char *program;
};

enum { ERRWORDS_OF_LINE = 4 };

// The texts that a line contains, the most telling first; a text that is part
// of another one that was found does not count. Returns how many.
size_t errwords_find(const char *line,
		     const struct errword *out[ERRWORDS_OF_LINE]);

// True if the call of that side returned one of these: which is IN_CONNECT,
// IN_RECV or IN_SEND.
bool call_returned(const struct app_view *v, enum side side, unsigned which,
		   call_set results);

// "connect", "recv", "send"
const char *call_name_of(unsigned which);

#endif
