#include "pkt_words.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/nanoseconds.h"
#include "pkt_buf.h"

// Returns the end of a word that starts with a mark, NULL if it isn't closed.
static char *marked_end(char *p)
{
	char close = *p == '<' ? '>' : '"';

	for (p++; *p && *p != close; p++) {
		if (close == '"' && *p == '\\' && p[1])
			p++;
	}
	return *p ? p : NULL;
}

static char *word_end(char *p)
{
	if (*p == '"' || *p == '<')
		return marked_end(p);
	return p + strcspn(p, " \t\r\n");
}

bool pkt_split(char *line, struct pkt_words *out)
{
	char *p = line;

	out->n = out->at = 0;
	for (;;) {
		p += strspn(p, " \t\r\n,");
		if (!*p || *p == '#')
			return true;
		char *end = word_end(p);
		if (!end || out->n == PKT_WORDS)
			return false;
		out->word[out->n++] = p;
		if (end[0] && end > p && end[-1] == ',')
			end[-1] = '\0';
		p = *end ? end + 1 : end;
		*end = '\0';
	}
}

const char *pkt_next(struct pkt_words *w)
{
	return w->at < w->n ? w->word[w->at++] : NULL;
}

bool pkt_number(const char *word, uint32_t max, uint32_t *out)
{
	char *end;

	if (!word || !isdigit((unsigned char)*word))
		return false;
	unsigned long v = strtoul(word, &end, 0);
	*out = (uint32_t)v;
	return !*end && v <= max;
}

bool pkt_addr(const char *word, uint8_t out[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	memcpy(out, mapped, sizeof(mapped));
	return word && (inet_pton(AF_INET, word, out + 12) == 1 ||
			inet_pton(AF_INET6, word, out) == 1);
}

bool pkt_addr_is_v4(const uint8_t a[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	return memcmp(a, mapped, sizeof(mapped)) == 0;
}

bool pkt_addr_port(const char *word, uint8_t addr[16], uint16_t *port)
{
	char host[64];
	const char *colon = word ? strrchr(word, ':') : NULL;
	uint32_t v;

	if (!colon || !pkt_number(colon + 1, 65535, &v))
		return false;
	size_t n = (size_t)(colon - word);
	if (n && *word == '[' && colon[-1] == ']') {
		word++;
		n -= 2;
	}
	if (n >= sizeof(host))
		return false;
	memcpy(host, word, n);
	host[n] = '\0';
	*port = (uint16_t)v;
	return pkt_addr(host, addr);
}

bool pkt_seconds(const char *word, int64_t *ns)
{
	int64_t v = 0, unit = SECOND;

	if (!word || !isdigit((unsigned char)*word))
		return false;
	for (; isdigit((unsigned char)*word); word++)
		v = v * 10 + (*word - '0') * SECOND;
	if (*word == '.') {
		for (word++; isdigit((unsigned char)*word) && unit > 1; word++)
			v += (*word - '0') * (unit /= 10);
	}
	*ns = v;
	return !*word;
}

bool pkt_clock(const char *word, int64_t *ns)
{
	int n = 0;
	unsigned h, m;

	if (!word || sscanf(word, "%2u:%2u:%n", &h, &m, &n) != 2 || !n ||
	    h > 23 || m > 59 || !pkt_seconds(word + n, ns))
		return false;
	*ns += (int64_t)(h * 60 + m) * 60 * SECOND;
	return true;
}

bool pkt_date(const char *word, int64_t *ns)
{
	struct date d = { 0 };
	unsigned year;
	int n = 0;
	char clock[32];

	if (!word ||
	    sscanf(word, "%4u-%2u-%2uT%n", &year, &d.month, &d.day, &n) != 3)
		return false;
	d.year = year;
	if (!n || !calendar_exists(&d))
		return false;
	size_t len = strlen(word + n);
	if (len < 2 || len > sizeof(clock) || word[n + (int)len - 1] != 'Z')
		return false;
	memcpy(clock, word + n, len - 1);
	clock[len - 1] = '\0';
	if (!pkt_clock(clock, ns))
		return false;
	*ns += calendar_seconds(&d) * SECOND;
	return true;
}

static int hex_digit(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool hex_byte(const char *p, unsigned *out)
{
	int hi = hex_digit(p[0]);
	int lo = hi < 0 ? -1 : hex_digit(p[1]);

	*out = (unsigned)(hi * 16 + lo);
	return lo >= 0;
}

bool pkt_hex(const char *word, struct pkt_buf *out)
{
	unsigned byte;

	if (!word)
		return false;
	for (; *word; word += 2) {
		if (!hex_byte(word, &byte))
			return false;
		pkt_put8(out, byte);
	}
	return true;
}

bool pkt_text(const char *word, struct pkt_buf *out)
{
	static const char from[] = "nrt\\\"", to[] = "\n\r\t\\\"";

	for (word++; *word; word++) {
		unsigned byte = (unsigned char)*word;

		if (byte == '\\') {
			const char *e = strchr(from, *++word);

			if (*word == 'x' && hex_byte(word + 1, &byte))
				word += 2;
			else if (*word && e)
				byte = (unsigned char)to[e - from];
			else
				return false;
		}
		pkt_put8(out, byte);
	}
	return true;
}
