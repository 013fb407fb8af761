// The rows of the table of verdicts, by family, for verdict.c alone. Each
// array is indexed by enum verdict_id and holds the rows of its file; the
// others' are empty. RST segments are called active and passive as in
// evidence.c: sent by a socket's owner, or by a stack as the answer to a
// segment that fits no socket.
#ifndef TCPWHY_VERDICT_ROWS_H
#define TCPWHY_VERDICT_ROWS_H

#include "judge/verdict.h"

extern const struct verdict verdict_close_rows[VERDICTS];
extern const struct verdict verdict_connect_rows[VERDICTS];
extern const struct verdict verdict_abort_rows[VERDICTS];
extern const struct verdict verdict_reset_rows[VERDICTS];
extern const struct verdict verdict_timeout_rows[VERDICTS];

#endif
