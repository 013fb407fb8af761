// The words that choose connections: `--where`, `--fail-on` and the browser's
// filter.
//
//	verdict=reset_unread_data and (port=443 or port=8443)
//	server_ip=10.0.0.0/8 duration_s>10 bytes=1k..2M not errno=ECONNRESET
//	port in (80, 443) evidence~"offers a window" evidence~/FIN|RST/
//
// Words that stand side by side must all hold, as with `and`, which binds
// closer than `or`; `not` or `!` turns the next one round. FIELD=VALUE (or ==)
// is equal (several values: a,b), FIELD~TEXT contains, FIELD~/RE/ matches a
// POSIX extended regular expression, upper case or not; < <= > >= compare,
// FROM..TO is a range. Names may be cut short: verdict=reset is every verdict
// that begins with it. A field alone holds where it has a value. ~TEXT, or TEXT
// in quotes, is looked for in addresses, ports, verdicts, errno names and
// states; so is an address, a port or such a name without quotes. Pure.
#ifndef TCPWHY_WHERE_H
#define TCPWHY_WHERE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"
#include "base/zone.h"
#include "query/where_field.h"

struct where;

// What becomes of a word that is neither a field nor an address, a port or a
// whole name.
enum where_bare {
	BARE_REFUSED, // it was mistyped
	BARE_SOUGHT,  // it is looked for as if it stood in quotes
};

// Understands words; the caller frees it. Times without a zone are of that
// one (NULL: UTC), which must stay. NULL: err says what is wrong, and names the
// nearest that is right. No words match everything.
struct where *where_parse(const char *words, enum where_bare bare,
			  const struct zone *zone, char err[WHERE_ERROR]);
void where_free(struct where *w);

// True if c, the i-th connection of a, matches. why has its findings: a, or of
// two captures of a connection that which explains it.
bool where_match(const struct where *w, const struct analysis *a,
		 const struct analysis *why, const struct connection *c,
		 size_t i);

// True if these words are wrong, but more of them behind could mend that: who
// filters while words are typed waits for the rest.
bool where_unfinished(const char *words);

// The i-th field's name and what its values are, for help; NULL behind the
// last one.
const char *where_field_name(size_t i, const char **help);

#endif
