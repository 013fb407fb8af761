// What to change so that such an end does not come again: what the verdict
// says, unless what was found of this one connection asks for something else.
// Pure.
#ifndef TCPWHY_ADVICE_H
#define TCPWHY_ADVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "judge/evidence.h"
#include "judge/verdict.h"

// True if the end looks like a failure and did no harm: all that was lost is a
// TLS close_notify.
bool advice_is_needless(enum verdict_id v, const struct finding *found,
			size_t n);

// One sentence for verdict_sentence_on(); "" where nothing is wrong.
const char *advice_for(enum verdict_id v, const struct finding *found,
		       size_t n);

#endif
