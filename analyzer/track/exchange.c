#include "track/exchange.h"

#include "base/nanoseconds.h"

enum {
	// Protocols say good-bye without waiting for an answer: a TLS alert
	// (23 to 31 bytes mostly), a WebSocket's close, QUIT, MySQL's COM_QUIT.
	GOODBYE_MOST = 48,
};

// A client that closes sooner sent what needs no answer: a log line, a
// good-bye. Timeouts of programs are set in seconds.
static const int64_t PATIENCE_NS = SECOND;

// Who is never answered and goes on sending does not wait for answers.
static bool expects_answers(const struct exchange *x)
{
	return x->replies ||
	       (x->opened_here && x->asked - x->opened < PATIENCE_NS);
}

enum exchange_end exchange_end(const struct exchange *x)
{
	if (x->answered)
		return EXCHANGE_DONE;
	if (x->closer == SERVER && x->pending > GOODBYE_MOST)
		return EXCHANGE_DROPPED;
	if (x->closer == SERVER && x->opened_here && !x->replies)
		return EXCHANGE_SILENT;
	if (x->closer == CLIENT && x->pending &&
	    x->closed - x->asked >= PATIENCE_NS && expects_answers(x))
		return EXCHANGE_GIVEN_UP;
	return EXCHANGE_DONE;
}
