#include "pkt_options.h"

#include <stdio.h>
#include <string.h>

#include "pkt_buf.h"
#include "pkt_words.h"

static bool put_one(struct pkt_buf *b, unsigned kind)
{
	pkt_put8(b, kind);
	return true;
}

static bool put_nop(struct pkt_words *w, struct pkt_options *o,
		    struct pkt_buf *b)
{
	(void)w;
	(void)o;
	return put_one(b, 1);
}

static bool put_eol(struct pkt_words *w, struct pkt_options *o,
		    struct pkt_buf *b)
{
	(void)w;
	(void)o;
	return put_one(b, 0);
}

static bool put_mss(struct pkt_words *w, struct pkt_options *o,
		    struct pkt_buf *b)
{
	uint32_t v;

	(void)o;
	if (!pkt_number(pkt_next(w), 65535, &v))
		return false;
	pkt_put16(b, 0x0204);
	pkt_put16(b, v);
	return true;
}

static bool put_wscale(struct pkt_words *w, struct pkt_options *o,
		       struct pkt_buf *b)
{
	uint32_t v;

	(void)o;
	if (!pkt_number(pkt_next(w), 14, &v))
		return false;
	pkt_put16(b, 0x0303);
	return put_one(b, v);
}

static bool put_sack_ok(struct pkt_words *w, struct pkt_options *o,
			struct pkt_buf *b)
{
	(void)w;
	(void)o;
	pkt_put16(b, 0x0402);
	return true;
}

static bool put_timestamps(struct pkt_words *w, struct pkt_options *o,
			   struct pkt_buf *b)
{
	const char *word = pkt_next(w);

	if (word) {
		const char *val = pkt_next(w), *name = pkt_next(w);

		if (strcmp(word, "val") != 0 || !name ||
		    strcmp(name, "ecr") != 0 ||
		    !pkt_number(val, UINT32_MAX, &o->ts_val) ||
		    !pkt_number(pkt_next(w), UINT32_MAX, &o->ts_ecr))
			return false;
	}
	o->timestamps = true;
	pkt_put16(b, 0x080a);
	pkt_put32(b, o->ts_val);
	pkt_put32(b, o->ts_ecr);
	return true;
}

static bool put_sack(struct pkt_words *w, struct pkt_options *o,
		     struct pkt_buf *b)
{
	const char *word;
	unsigned left, right;
	int n;

	pkt_put8(b, 5);
	pkt_put8(b, (unsigned)(2 + 8 * (w->n - w->at)));
	while ((word = pkt_next(w))) {
		if (sscanf(word, "%u:%u%n", &left, &right, &n) != 2 || word[n])
			return false;
		pkt_put32(b, o->sack_base + left);
		pkt_put32(b, o->sack_base + right);
	}
	return true;
}

// "kind 34 HEX": any other option, its length counted.
static bool put_kind(struct pkt_words *w, struct pkt_options *o,
		     struct pkt_buf *b)
{
	uint32_t kind;
	const char *hex;

	(void)o;
	if (!pkt_number(pkt_next(w), 255, &kind))
		return false;
	hex = pkt_next(w);
	pkt_put8(b, kind);
	pkt_put8(b, (unsigned)(2 + (hex ? strlen(hex) / 2 : 0)));
	return !hex || pkt_hex(hex, b);
}

static const struct {
	const char *name;
	bool (*put)(struct pkt_words *w, struct pkt_options *o,
		    struct pkt_buf *b);
} kinds[] = {
	{ "nop", put_nop },        { "eol", put_eol },
	{ "mss", put_mss },        { "wscale", put_wscale },
	{ "sackOK", put_sack_ok }, { "TS", put_timestamps },
	{ "sack", put_sack },      { "kind", put_kind },
};

static bool put_option(char *text, struct pkt_options *o, struct pkt_buf *b)
{
	struct pkt_words w;
	const char *name;

	if (!pkt_split(text, &w) || !(name = pkt_next(&w)))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return kinds[i].put(&w, o, b) && !pkt_next(&w);
	}
	return false;
}

const char *pkt_options_encode(const char *text, struct pkt_options *o)
{
	struct pkt_buf b = { 0 };
	char option[96];
	const char *error = NULL;

	while (*text && !error) {
		size_t n = strcspn(text, ",");

		if (n >= sizeof(option))
			error = "an option is too long";
		else {
			memcpy(option, text, n);
			option[n] = '\0';
			if (!put_option(option, o, &b))
				error = "an option that can't be read";
		}
		text += n + (text[n] == ',');
	}
	pkt_fill(&b, 0, (4 - b.n % 4) % 4);
	if (!error && (b.failed || b.n > sizeof(o->bytes)))
		error = "more than 40 bytes of options";
	if (!error) {
		o->n = b.n;
		if (b.n)
			memcpy(o->bytes, b.p, b.n);
	}
	pkt_buf_release(&b);
	return error;
}
