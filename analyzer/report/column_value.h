// What tables of columns share. For report_columns*.c alone.
#ifndef TCPWHY_COLUMN_VALUE_H
#define TCPWHY_COLUMN_VALUE_H

#include "report/community.h"
#include "report/report.h"

// The values that are one field, for each side or not, differ only in the
// expression that fetches them.
#define VALUE(function, expression)                                            \
	static void function(const struct report *r, size_t i,                 \
			     const struct connection *c, struct text *out)     \
	{                                                                      \
		(void)r;                                                       \
		(void)i;                                                       \
		(void)c;                                                       \
		expression;                                                    \
	}

static inline void column_ip(struct text *out, const struct addr *a)
{
	char buf[ADDR_TEXT];

	text_puts(out, addr_text(a, buf, sizeof(buf)));
}

static inline void column_community(struct text *out,
				    const struct connection *c)
{
	char id[COMMUNITY_ID];

	community_id(c->addr, c->port, id);
	text_add(out, id, sizeof(id) - 1);
}

#endif
