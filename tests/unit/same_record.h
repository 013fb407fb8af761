// Whether two records of a connection say the same.
#ifndef TCPWHY_TESTS_SAME_RECORD_H
#define TCPWHY_TESTS_SAME_RECORD_H

#include <stddef.h>
#include <string.h>

#include "analysis/analysis.h"

struct same_part {
	const char *name;
	size_t at, size;
};

#define PART(field)                                                            \
	{                                                                      \
#field, offsetof(struct connection, field),                    \
		    sizeof(((struct connection *)0)->field)                    \
	}

// But for findings, Zeek's columns, and where both are numbered in analyses of
// their own.
static const struct same_part same_parts[] = {
	PART(addr),         PART(port),     PART(end),
	PART(last_frame),   PART(verdict),  PART(confidence),
	PART(actor),        PART(start),    PART(first_frame),
	PART(bytes),        PART(packets),  PART(also),
	PART(closed_first), PART(reset_by), PART(state),
	PART(app.connect),  PART(app.recv), PART(app.send),
	PART(app.stack),
};

// The first field that differs; NULL: none.
static inline const char *same_record(const struct connection *a,
				      const struct connection *b)
{
	for (size_t i = 0; i < sizeof(same_parts) / sizeof(same_parts[0]); i++)
		if (memcmp((const char *)a + same_parts[i].at,
			   (const char *)b + same_parts[i].at,
			   same_parts[i].size))
			return same_parts[i].name;
	if (a->tunnel != b->tunnel)
		return "tunnel";
	return a->abnormal != b->abnormal ? "abnormal" : NULL;
}

#endif
