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

static void put_text(struct out *o, const char *s, size_t n)
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
	put_text(o, capital || o->n == 0 ? "One side" : "one side", 8);
}

static void put_side(struct out *o, enum side actor, bool other)
{
	if (actor == CLIENT || actor == SERVER)
		put_text(o, (actor == CLIENT) != other ? "client" : "server",
			 6);
	else if (other && o->n == 0)
		put_text(o, "The other side", 14);
	else if (other)
		put_text(o, "other side", 10);
	else
		put_somebody(o);
}

// The side that a text calls X, Y or S.
static enum side side_of(char name, enum side actor)
{
	if (name == 'S')
		return SERVER;
	if (actor != CLIENT && actor != SERVER)
		return NOBODY;
	return name == 'X' ? actor : !actor;
}

static enum stack stack_of(char name, enum side actor, const uint8_t stack[2])
{
	enum side side = side_of(name, actor);

	return side == NOBODY ? STACK_UNKNOWN : (enum stack)stack[side];
}

// One placeholder, p behind its brace: a side, or a side's tool.
static void put_value(struct out *o, const char *p, enum side actor,
		      const uint8_t stack[2])
{
	const char *tool;

	if (p[1] != ':') {
		put_side(o, actor, p[0] == 'Y');
		return;
	}
	tool = stack_tool(tool_by_name(p + 2, strcspn(p + 2, "}")),
			  stack ? stack_of(p[0], actor, stack) : STACK_LINUX);
	put_text(o, tool, strlen(tool));
}

char *verdict_sentence_on(const char *text, enum side actor,
			  const uint8_t stack[2], char *out, size_t n)
{
	struct out o = { .s = out, .size = n };

	while (*text) {
		size_t plain = strcspn(text, "{");

		put_text(&o, text, plain);
		text += plain;
		if (!*text)
			break;
		if (!strchr("XYS", text[1])) {
			put_text(&o, text++, 1); // SO_LINGER {1,0}
			continue;
		}
		put_value(&o, text + 1, actor, stack);
		text += strcspn(text, "}") + 1;
	}
	if (n)
		out[o.n] = '\0';
	return out;
}

char *verdict_sentence(const char *text, enum side actor, char *out, size_t n)
{
	return verdict_sentence_on(text, actor, NULL, out, n);
}

const char *verdict_says(enum verdict_id id, enum confidence c)
{
	const struct verdict *v = verdict_get(id);

	return c == POSSIBLE && v->perhaps ? v->perhaps : v->sentence;
}

char *verdict_settle(enum verdict_id id, enum side actor,
		     const uint8_t stack[2], char *out, size_t n)
{
	const struct verdict *v = verdict_get(id);
	enum stack s =
	    v->settle_at ? stack_of(v->settle_at, actor, stack) : STACK_UNKNOWN;
	bool known = s != STACK_UNKNOWN && s != STACK_LINUX;

	return verdict_sentence_on(
	    known && v->settle_elsewhere ? v->settle_elsewhere : v->settle,
	    actor, stack, out, n);
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
