#include "judge/verdict.h"

#include <stdbool.h>
#include <string.h>

static const struct verdict rows[VERDICTS] = {
	[VERDICT_NONE] = { .name = "",
			   .title = "",
			   .gist = "",
			   .sentence = "",
			   .advice = "",
			   .settle = "",
			   .meaning = "",
			   .kernel = "",
			   .proof = "",
			   .unlike = "",
			   .programs = "",
			   .causes = "",
			   .family = FAMILY_UNKNOWN },
#define VERDICT(id, ...) [id] = { __VA_ARGS__ },
#include "judge/verdicts.def"
};

const struct verdict *verdict_get(enum verdict_id id)
{
	return &rows[id];
}

enum verdict_id verdict_by_name(const char *name)
{
	for (enum verdict_id id = VERDICT_NONE + 1; id < VERDICTS; id++) {
		if (!strcmp(verdict_get(id)->name, name))
			return id;
	}
	return VERDICT_NONE;
}

// A text under construction in a buffer that may be too small.
struct out {
	char *s;
	size_t n, size;
};

static void put(struct out *o, const char *s, size_t n)
{
	while (n-- && o->n + 1 < o->size)
		o->s[o->n++] = *s++;
}

// Where nobody is named, "The {X}" has to become "One side".
static void put_somebody(struct out *o)
{
	bool capital = o->n >= 4 && !memcmp(o->s + o->n - 4, "The ", 4);
	bool article = o->n >= 4 && !memcmp(o->s + o->n - 3, "he ", 3);

	if (article)
		o->n -= 4;
	put(o, capital || o->n == 0 ? "One side" : "one side", 8);
}

static void put_side(struct out *o, enum side actor, bool other)
{
	if (actor == CLIENT || actor == SERVER)
		put(o, (actor == CLIENT) != other ? "client" : "server", 6);
	else if (other && o->n == 0)
		put(o, "The other side", 14);
	else if (other)
		put(o, "other side", 10);
	else
		put_somebody(o);
}

char *verdict_sentence(const char *text, enum side actor, char *out, size_t n)
{
	struct out o = { .s = out, .size = n };

	while (*text) {
		bool x = !strncmp(text, "{X}", 3), y = !strncmp(text, "{Y}", 3);

		if (x || y)
			put_side(&o, actor, y);
		else
			put(&o, text, 1);
		text += x || y ? 3 : 1;
	}
	if (n)
		out[o.n] = '\0';
	return out;
}

const char *confidence_name(enum confidence c)
{
	static const char *const names[CONFIDENCES] = {
		[POSSIBLE] = "possible",
		[LIKELY] = "likely",
		[CERTAIN] = "certain",
	};

	return names[c];
}

const char *family_name(enum verdict_family f)
{
	static const char *const names[FAMILIES] = {
		[FAMILY_CLOSE] = "Closed, or not ended",
		[FAMILY_CONNECT] = "Never connected",
		[FAMILY_RESET] = "Reset",
		[FAMILY_TIMEOUT] = "Timed out",
		[FAMILY_UNKNOWN] = "Not known",
	};

	return names[f];
}
