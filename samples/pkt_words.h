// A line of a script as words, and words as numbers, addresses and times.
#ifndef PKT_WORDS_H
#define PKT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pkt_buf;

enum { PKT_WORDS = 64 };

// Words point into the line that was split. A word that was quoted keeps its
// opening quote, one in angle brackets its opening bracket, so that they can
// be told from plain ones; the closing mark is gone.
struct pkt_words {
	char *word[PKT_WORDS];
	size_t n;
	size_t at; // the next word to be taken
};

// Splits line in place; '#' starts a comment, a comma behind a word is
// dropped. False: a quote or bracket is not closed, or too many words.
bool pkt_split(char *line, struct pkt_words *out);

// The next word, or NULL behind the last one.
const char *pkt_next(struct pkt_words *w);

// Whole words only: "12x" is no number.
bool pkt_number(const char *word, uint32_t max, uint32_t *out);

// "10.0.0.1" or "2001:db8::1" as IPv6, IPv4 mapped (::ffff:10.0.0.1).
bool pkt_addr(const char *word, uint8_t out[16]);
bool pkt_addr_is_v4(const uint8_t a[16]);

// "10.0.0.1:80" or "[2001:db8::1]:80".
bool pkt_addr_port(const char *word, uint8_t addr[16], uint16_t *port);

// Seconds with up to nine decimals as nanoseconds.
bool pkt_seconds(const char *word, int64_t *ns);

// "2019-07-06T15:15:28.838856Z" as nanoseconds since 1970.
bool pkt_date(const char *word, int64_t *ns);

// "15:15:28.838856" as nanoseconds since midnight.
bool pkt_clock(const char *word, int64_t *ns);

// Appends what a quoted word (with \n \r \t \\ \" \xHH) or hex digits stand
// for.
bool pkt_text(const char *word, struct pkt_buf *out);
bool pkt_hex(const char *word, struct pkt_buf *out);

#endif
