#include "report/explain.h"

#include <stdbool.h>
#include <string.h>

enum { INDENT = 2, NAME = 40 };

// Words -> verdicts ---------------------------------------------------------

static void normalise(const char *word, char out[NAME])
{
	size_t n = 0;

	for (; *word && n + 1 < NAME; word++) {
		if (*word == '-' || *word == ' ')
			out[n++] = '_';
		else if (*word >= 'A' && *word <= 'Z')
			out[n++] = (char)(*word - 'A' + 'a');
		else
			out[n++] = *word;
	}
	out[n] = '\0';
}

enum verdict_id explain_find(const char *word)
{
	enum verdict_id found = VERDICT_NONE;
	char name[NAME];

	normalise(word, name);
	if (verdict_by_name(name))
		return verdict_by_name(name);
	for (enum verdict_id id = VERDICT_NONE + 1; id < VERDICTS; id++) {
		if (!strstr(verdict_get(id)->name, name))
			continue;
		if (found)
			return VERDICT_NONE;
		found = id;
	}
	return found;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

// Levenshtein's distance; b must be shorter than NAME.
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME], n = strlen(b);

	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; *a; a++, i++) {
		size_t before = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t swap = before + (*a != b[j - 1]);

			before = row[j];
			row[j] = least(swap, least(before, row[j - 1]) + 1);
		}
	}
	return row[n];
}

enum verdict_id explain_nearest(const char *word)
{
	enum verdict_id nearest = VERDICT_NONE;
	char name[NAME];
	size_t best;

	normalise(word, name);
	best = strlen(name) / 3 + 1; // a third of the letters may be wrong
	for (enum verdict_id id = VERDICT_NONE + 1; id < VERDICTS; id++) {
		size_t d = distance(name, verdict_get(id)->name);

		if (d < best) {
			best = d;
			nearest = id;
		}
	}
	return nearest;
}

// Pages ---------------------------------------------------------------------

static void put_heading(const struct report *r, const char *heading,
			struct text *out)
{
	report_tone(out, r, TONE_STRONG);
	text_puts(out, heading);
	report_tone(out, r, TONE_PLAIN);
	text_char(out, '\n');
}

// One paragraph or item, wrapped.
static void put_paragraph(const struct report *r, const char *s, size_t n,
			  struct text *line, struct text *out)
{
	size_t hang = n > 1 && s[0] == '-' ? INDENT + 2 : INDENT;

	text_cut(line, 0);
	text_add(line, s, n);
	if (line->failed)
		return;
	text_fill(out, " ", INDENT);
	text_wrap(out, line->s, INDENT, hang, r->width);
	text_char(out, '\n');
}

static void put_section(const struct report *r, const char *heading,
			const char *s, struct text *out)
{
	struct text line = { 0 };

	if (!*s)
		return;
	text_char(out, '\n');
	put_heading(r, heading, out);
	while (*s) {
		size_t n = strcspn(s, "\n");

		put_paragraph(r, s, n, &line, out);
		s += n + (s[n] == '\n');
	}
	text_release_scratch(&line, out);
}

// Texts about {X} and {Y}, where nobody in particular is meant.
static void put_anonymous(const struct report *r, const char *heading,
			  const char *s, struct text *out)
{
	char buf[512];

	put_section(r, heading, verdict_sentence(s, NOBODY, buf, sizeof buf),
		    out);
}

void explain_page(const struct report *r, enum verdict_id id, struct text *out)
{
	const struct verdict *v = verdict_get(id);

	put_heading(r, v->name, out);
	text_fill(out, " ", INDENT);
	text_printf(out, "%s: ", v->title);
	text_wrap(out, v->gist, INDENT + strlen(v->title) + 2, INDENT,
		  r->width);
	text_char(out, '\n');
	put_section(r, "What it means", v->meaning, out);
	put_section(r, "In the kernel", v->kernel, out);
	put_section(r, "What proves it", v->proof, out);
	put_section(r, "What it is not", v->unlike, out);
	put_section(r, "What the programs see", v->programs, out);
	put_section(r, "Typical causes", v->causes, out);
	put_anonymous(r, "What to do", v->advice, out);
	put_anonymous(r, "To be sure", v->settle, out);
}

void explain_list(const struct report *r, struct text *out)
{
	for (enum verdict_family f = 0; f < FAMILIES; f++) {
		put_heading(r, family_name(f), out);
		for (enum verdict_id id = 1; id < VERDICTS; id++) {
			const struct verdict *v = verdict_get(id);

			if (v->family != f)
				continue;
			text_printf(out, "  %-24s", v->name);
			text_wrap(out, v->gist, 26, 26, r->width);
			text_char(out, '\n');
		}
		text_char(out, '\n');
	}
	text_puts(out, "tcpwhy explain VERDICT says what each means, what "
		       "proves it and what to do.\n");
}
