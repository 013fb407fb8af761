#include "report/report_html_part.h"

#include <string.h>

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_text(struct text *out, const char *s)
{
	while (*s) {
		size_t n = strcspn(s, "&<>\"'");

		text_add(out, s, n);
		s += n;
		if (*s)
			text_puts(out, entity(*s++));
	}
}

struct text *html_begin(struct page *p)
{
	text_cut(&p->words, 0);
	return &p->words;
}

void html_words(struct page *p)
{
	if (p->words.n)
		html_text(&p->out, p->words.s);
}

void html_foreign(struct page *p, const char *s)
{
	report_printable(html_begin(p), p->r, s);
	html_words(p);
}

bool html_is_chosen(const struct page *p, size_t i)
{
	for (size_t k = 0; k < p->count; k++) {
		if (p->chosen[k] == i)
			return true;
	}
	return false;
}

void html_row_id(struct text *out, const struct page *p, size_t i,
		 uint64_t frame)
{
	text_printf(out, "c%zuf", report_number(p->r, i));
	report_frame(out, p->r, frame);
}
