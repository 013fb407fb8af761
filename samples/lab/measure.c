#include "measure.h"

#include <stdio.h>
#include <string.h>

struct tally {
	unsigned n, sign[SIGNS], first, d1, d2;
};

// Attempts to break a sign say "nothing unread"; where the kernel found some
// all the same, the connection tells nothing.
static bool counts(const struct play *p)
{
	return !p->why[0] && (p->sc->reason[0] != '*' ||
			      !strstr(p->conn[0].kernel, "TCP_ABORT_ON_CLOSE"));
}

static struct tally tally(const struct ledger *l, const struct scenario *sc,
			  bool middle)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < l->n; i++) {
		const struct play *p = l->play[i];
		const struct signs *s;

		if (!p || p->sc != sc || !counts(p))
			continue;
		s = &p->conn[0].signs[middle ? AT_MIDDLE : play_at(p->a)];
		t.n++;
		t.sign[signs_window(s)]++;
		t.first += s->first_ack;
		t.d1 += s->d1;
		t.d2 += s->d2;
	}
	return t;
}

static void print_table(const struct ledger *l, bool middle)
{
	const struct scenario *s;

	printf("\n%s:\n%-34s %5s",
	       middle ? "in the middle" : "at the resetting host",
	       "what was done", "n");
	for (int i = 0; i < SIGNS; i++)
		printf(" %7s", sign_name((enum sign)i));
	printf(" %7s %5s %5s\n", "1st ack", "D1", "D2");
	for (size_t k = 0; (s = scenario_measured(k)); k++) {
		struct tally t = tally(l, s, middle);

		printf("%-34s %5u", s->text, t.n);
		for (int i = 0; i < SIGNS; i++)
			printf(" %7u", t.sign[i]);
		printf(" %7u %5u %5u\n", t.first, t.d1, t.d2);
	}
}

// A sign where its cause is absent, other than in attempts to bring that about.
static bool surprising(const struct play *p, const struct signs *signs)
{
	enum sign s = signs_window(signs);
	bool unread = !strncmp(p->sc->text, "unread", 6);
	bool torn = !strncmp(p->sc->text, "torn", 4);
	bool broken = !strncmp(p->sc->text, "break", 5);

	return !broken &&
	       ((s == SIGN_W1 && !unread) || (s == SIGN_W2 && !torn) ||
		(signs->d1 && strstr(p->sc->text, "all read")));
}

static void print_surprises(const struct ledger *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct play *p = l->play[i];
		const struct signs *s;

		if (!p || !counts(p))
			continue;
		s = &p->conn[0].signs[AT_MIDDLE];
		if (surprising(p, s))
			printf("surprise: %s shows %s: play %d, port %u: "
			       "L %u W %u M %u E %u%s\n",
			       p->sc->text, sign_name(signs_window(s)),
			       p->number, (unsigned)p->conn[0].port[CLIENT],
			       (unsigned)s->last, (unsigned)s->window,
			       (unsigned)s->largest, (unsigned)s->edge,
			       s->d1 ? " D1" : "");
	}
}

void measure_print(const struct ledger *l)
{
	print_surprises(l);
	print_table(l, true);
	print_table(l, false);
}
