#include "judge/advice.h"

// Where a close is all that happened; and a client that gives up does so for
// want of an answer, whatever it meets then.
static const struct {
	enum fact fact;
	const char *advice;
} of_requests[] = {
	{ CLOSED_SILENT,
	  "server: find out why its program closed without a byte (access "
	  "control, a limit, an error, a protocol that it did not expect)" },
	{ REQUEST_DROPPED,
	  "server: find out why its program closed instead of answering (a "
	  "limit, an error, a worker that ended); client: the request may or "
	  "may not have been carried out" },
	{ REQUEST_GIVEN_UP,
	  "server: find out why it did not answer for so long; the client gave "
	  "up, by a timeout of its own or its user's choice (a proxy logs "
	  "499)" },
};

static bool was_found(enum fact fact, const struct finding *found, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (found[i].fact == fact)
			return true;
	return false;
}

bool advice_is_needless(enum verdict_id v, const struct finding *found,
			size_t n)
{
	return verdict_has(v, TRAIT_LOSES_LATE_DATA) &&
	       was_found(NOTE_CLOSE_NOTIFY, found, n);
}

const char *advice_for(enum verdict_id v, const struct finding *found, size_t n)
{
	const char *advice = verdict_get(v)->advice;

	if (advice_is_needless(v, found, n))
		return "";
	for (size_t i = 0; i < sizeof(of_requests) / sizeof(of_requests[0]);
	     i++)
		if (was_found(of_requests[i].fact, found, n) &&
		    (!*advice || of_requests[i].fact == REQUEST_GIVEN_UP))
			return of_requests[i].advice;
	return advice;
}
