// What is said of facts: the rows of facts.def, and their sentences with
// numbers and sides filled in.
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "judge/evidence.h"
#include "judge/timers.h"

static const struct fact_row {
	const char *name;
	enum finding_role role;
	const char *label;
	const char *sentence; // NULL: never reported
} rows[FACTS] = {
#define RULES_ONLY(fact, name) [fact] = { name, ROLE_NOTE, "", NULL },
#define REPORTED(fact, name, role, label, sentence)                            \
	[fact] = { name, role, label, sentence },
#define LIMIT_WORD(fact, name, connections, sentence)                          \
	[fact] = { name, ROLE_LIMIT, "", sentence },
#include "judge/facts.def"
};

const struct fact_limit fact_limits[FACT_LIMITS] = {
#define LIMIT_WORD(fact, name, connections, sentence) { fact, connections },
#include "judge/facts.def"
};

static const struct icmp_row {
	uint8_t type, code;
	bool ipv6;
	const char *text;
} icmp_rows[] = {
	{ 3, 0, false, "network unreachable" },
	{ 3, 1, false, "host unreachable" },
	{ 3, 2, false, "protocol unreachable" },
	{ 3, 3, false, "port unreachable" },
	{ 3, 4, false, "fragmentation needed" },
	{ 3, 6, false, "network unknown" },
	{ 3, 7, false, "host unknown" },
	{ 3, 9, false, "network prohibited" },
	{ 3, 10, false, "host prohibited" },
	{ 3, 13, false, "prohibited by a filter" },
	{ 11, 0, false, "TTL exceeded in transit" },
	{ 1, 0, true, "no route" },
	{ 1, 1, true, "prohibited by a filter" },
	{ 1, 3, true, "address unreachable" },
	{ 1, 4, true, "port unreachable" },
	{ 1, 5, true, "source address prohibited" },
	{ 1, 6, true, "route rejected" },
	{ 2, 0, true, "packet too big" },
	{ 3, 0, true, "hop limit exceeded in transit" },
};

static void add_icmp(struct text *t, int64_t type_code, bool ipv6)
{
	int type = (int)(type_code >> 8), code = (int)(type_code & 255);

	for (size_t i = 0; i < sizeof(icmp_rows) / sizeof(icmp_rows[0]); i++)
		if (icmp_rows[i].type == type && icmp_rows[i].code == code &&
		    icmp_rows[i].ipv6 == ipv6) {
			text_puts(t, icmp_rows[i].text);
			return;
		}
	text_printf(t, "%s type %d code %d", ipv6 ? "ICMPv6" : "ICMP", type,
		    code);
}

static void add_number(struct text *t, int64_t v)
{
	if (v < 0)
		text_char(t, '-');
	text_grouped(t, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

// "1 byte", "26 bytes"; the noun ends at the brace.
static void add_count(struct text *t, int64_t v, const char *noun)
{
	add_number(t, v);
	text_char(t, ' ');
	text_add(t, noun, strcspn(noun, "}"));
	if (v != 1)
		text_char(t, 's');
}

// One placeholder, p behind its brace, up to the closing one.
static void add_value(struct text *t, const struct finding *f, const char *p)
{
	int64_t v = p[0] == 'a' ? f->a : f->b;

	if (p[0] == 'S' || p[0] == 'O')
		text_puts(t, side_name(p[0] == 'S' ? f->side : !f->side));
	else if (p[1] == ' ')
		add_count(t, v, p + 2);
	else if (p[1] != ':')
		add_number(t, v);
	else if (p[2] == 't')
		units_duration(t, v);
	else if (p[2] == 'i')
		add_icmp(t, v, f->b);
	else if (idle_timer_name(v, (unsigned)f->b))
		text_puts(t, idle_timer_name(v, (unsigned)f->b));
}

void finding_add(struct text *out, const struct finding *f)
{
	const char *p = rows[f->fact].sentence;

	while (p && *p) {
		size_t plain = strcspn(p, "{");

		text_add(out, p, plain);
		p += plain;
		if (!*p)
			break;
		add_value(out, f, p + 1);
		p += strcspn(p, "}") + 1;
	}
}

char *finding_text(const struct finding *f, char *out, size_t n)
{
	struct text t = text_in(out, n);

	finding_add(&t, f);
	return out;
}

enum finding_role finding_role(const struct finding *f)
{
	return rows[f->fact].role;
}

const char *finding_label(const struct finding *f)
{
	return rows[f->fact].label;
}

bool finding_reported(const struct finding *f)
{
	return rows[f->fact].sentence != NULL;
}

const char *fact_name(enum fact fact)
{
	return rows[fact].name;
}
