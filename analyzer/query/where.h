// The words that choose connections: `--where` and the browser's filter.
//
//	verdict=reset_unread_data server_port=443 not errno=ECONNRESET
//	server_ip=10.0.0.0/8 duration_s>10 bytes=1k..2M evidence~"window"
//
// All words must hold; `not` turns the next one round. FIELD=VALUE is equal
// (several values: a,b), FIELD~TEXT contains, < <= > >= compare, FROM..TO is a
// range; a word without a field is looked for in addresses, ports, verdicts,
// errno names and states. Names may be cut short: verdict=reset is every
// verdict that begins with it. Pure.
#ifndef TCPWHY_WHERE_H
#define TCPWHY_WHERE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "base/zone.h"
#include "query/where_field.h"

struct where;

// Understands words; the caller frees it. Times without a zone are of that
// one (NULL: UTC), which must stay. NULL: err names the word that it doesn't
// know and the nearest that it does. No words match everything.
struct where *where_parse(const char *words, const struct zone *zone,
			  char err[WHERE_ERROR]);
void where_free(struct where *w);

// True if c, the i-th connection of a, matches. why has its findings: a, or of
// two captures of a connection that which explains it.
bool where_match(const struct where *w, const struct analysis *a,
		 const struct analysis *why, const struct connection *c,
		 size_t i);

// True if the last of the words may be the beginning of a field's name, and is
// nothing that could be looked for: who filters while words are typed waits
// for the rest.
bool where_unfinished(const char *words);

// The i-th field's name and what its values are, for help; NULL behind the
// last one.
const char *where_field_name(size_t i, const char **help);

#endif
