#include "ledger.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "scenario.h"

static bool keep_known(const struct shot *s, void *arg)
{
	const struct ledger *l = arg;
	struct seg g;
	uint16_t i;

	if (!seg_read(s->data, s->cap, &g))
		return false;
	i = g.icmp ? g.quoted_src.index : g.src.index;
	return i < l->n && l->play[i] && s->time <= l->play[i]->cutoff;
}

bool ledger_gather(struct ledger *l, struct world *worlds, size_t n)
{
	bool ok = true;

	for (size_t i = 0; i < n; i++) {
		struct world *w = &worlds[i];

		ok = ok &&
		     film_join(&l->film[AT_CLIENT], &w->host[CLIENT].film,
			       keep_known, l) &&
		     film_join(&l->film[AT_MIDDLE], path_film(w->path),
			       keep_known, l) &&
		     film_join(&l->film[AT_SERVER], &w->host[SERVER].film,
			       keep_known, l);
	}
	return ok;
}

// The kernel's reasons -------------------------------------------------------

static void endpoint_text(const struct play *p, const struct conn *c,
			  enum side side, char *out, size_t n)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t b[16];

	place_bytes(&p->link->place[side], b);
	inet_ntop(p->v6 ? AF_INET6 : AF_INET, b, text, sizeof(text));
	snprintf(out, n, p->v6 ? "[%s]:%u" : "%s:%u", text,
		 (unsigned)c->port[side]);
}

static void note_reset(struct conn *c, enum side from, const char *reason)
{
	size_t used = strlen(c->kernel);
	char more[64];

	snprintf(more, sizeof(more), "%s%s:%s", used ? " " : "",
		 from == CLIENT ? "client" : "server", reason);
	if (!strstr(c->kernel, more + (used ? 1 : 0)))
		snprintf(c->kernel + used, sizeof(c->kernel) - used, "%s",
			 more);
}

static void trace_conn(const struct play *p, struct conn *c,
		       const struct trace *t)
{
	// A listener's resets name no peer.
	const char *any = p->v6 ? "[::]:0" : "0.0.0.0:0";
	char end[2][64];

	for (int s = 0; s < 2; s++)
		endpoint_text(p, c, s ? SERVER : CLIENT, end[s],
			      sizeof(end[s]));
	for (size_t i = 0; i < t->n; i++) {
		const struct reset *r = &t->reset[i];

		if (r->time > p->cutoff_mono)
			continue;
		for (int s = 0; s < 2; s++)
			if (!strcmp(r->from, end[s]) &&
			    (!strcmp(r->to, end[!s]) || !strcmp(r->to, any)))
				note_reset(c, s ? SERVER : CLIENT, r->reason);
	}
}

// True if text holds one of the words that '|' separates in list.
static bool any_of(const char *text, const char *list)
{
	char word[40];
	size_t n;

	for (; *list; list += n + (list[n] == '|')) {
		n = strcspn(list, "|");
		snprintf(word, sizeof(word), ":%.*s", (int)n, list);
		if (strstr(text, word))
			return true;
	}
	return false;
}

// An unread close is never an accident that a scenario may overlook.
static bool agrees(const struct play *p)
{
	static const char unread[] = "TCP_ABORT_ON_CLOSE";
	const char *reason = p->sc->reason ? p->sc->reason : "";
	bool seen = false, wanted = *reason && *reason != '*';

	if (*reason == '*')
		return true;
	for (int i = 0; i < p->conns; i++) {
		const char *kernel = p->conn[i].kernel;

		if (strstr(kernel, unread) && !strstr(reason, unread))
			return false;
		seen =
		    seen || (wanted && *reason != '+' ? any_of(kernel, reason)
						      : kernel[0] != 0);
	}
	return seen == wanted;
}

void ledger_trace(struct ledger *l, const struct trace *t)
{
	for (size_t i = 0; i < l->n; i++) {
		struct play *p = l->play[i];

		if (!p || p->why[0])
			continue;
		for (int k = 0; k < p->conns; k++)
			trace_conn(p, &p->conn[k], t);
		if (!agrees(p))
			snprintf(p->why, sizeof(p->why),
				 "the kernel says otherwise: %s",
				 p->conn[0].kernel);
	}
}

// The packets ----------------------------------------------------------------

static struct conn *conn_of(struct play *p, const struct seg *g, int64_t time)
{
	enum side from = g->icmp ? g->quoted_src.side : g->src.side;
	uint16_t port = from == CLIENT ? g->src_port : g->dst_port;
	struct conn *found = 0;

	for (int i = 0; i < p->conns; i++)
		if (p->conn[i].port[CLIENT] == port &&
		    (!found || p->conn[i].since <= time))
			found = &p->conn[i];
	return found;
}

static bool keep_good(const struct shot *s, void *arg)
{
	const struct ledger *l = arg;
	struct seg g;

	seg_read(s->data, s->cap, &g);
	return l->keep ||
	       !l->play[g.icmp ? g.quoted_src.index : g.src.index]->why[0];
}

static void sort_film(struct ledger *l, enum vantage v)
{
	struct film all = l->film[v], *f = &l->film[v];

	memset(f, 0, sizeof(*f));
	film_join(f, &all, keep_good, l);
	film_free(&all);
	film_sort(f);
	for (size_t i = 0; i < f->n; i++) {
		struct shot *s = &f->shot[i];
		struct conn *c;
		struct seg g;

		seg_read(s->data, s->cap, &g);
		c = conn_of(l->play[g.icmp ? g.quoted_src.index : g.src.index],
			    &g, s->time);
		if (!c)
			continue;
		if (!c->start[v])
			c->start[v] = s->time;
		signs_feed(&c->signs[v], s->time, &g);
	}
}

void ledger_sort(struct ledger *l)
{
	for (int v = 0; v < VANTAGES; v++)
		sort_film(l, (enum vantage)v);
}

// Which causes look the same -------------------------------------------------

// An active RST: by what its windows and its acknowledgment can tell. See
// README.md for the measurement behind it.
static void fair_of(const struct play *p, const struct conn *c, enum vantage v,
		    char *out, size_t n)
{
	static const char *const set[] = { "reset_unread_data",
					   "reset_linger_zero",
					   "reset_destroyed",
					   "reset_listener_closed" };
	const struct signs *s = &c->signs[v];
	enum sign sign = signs_window(s);
	bool possible[4] = { true, true, true, false };
	size_t used = 0;

	// Neither sign is proof: linger zero shows W1 after SHUT_RD, and W2
	// after the receive buffer shrank.
	possible[3] = s->sender == SERVER && !s->side[SERVER].sent_payload;
	if (sign == SIGN_NO_PAYLOAD)
		possible[0] = possible[2] = false;
	if (sign == SIGN_W1)
		possible[2] = possible[3] = false;
	if (sign == SIGN_W2)
		possible[0] = false;
	out[0] = 0;
	for (int i = 0; i < 4; i++)
		if (possible[i] && strcmp(set[i], c->told[v].verdict) != 0)
			used += (size_t)snprintf(out + used, n - used, "%s%s",
						 used ? "|" : "", set[i]);
	(void)p;
}

// Writing --------------------------------------------------------------------

static void time_text(int64_t ns, char *out, size_t n)
{
	time_t t = (time_t)(ns / SECOND);
	struct tm tm;
	char date[32];

	gmtime_r(&t, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out, n, "%s.%06dZ", date, (int)(ns % SECOND / 1000));
}

static void write_cells(FILE *f, const struct conn *c, const struct told *t)
{
	for (int i = 0; i < CELLS; i++) {
		bool both = c->cell[i][0] && t->also[i][0];

		fprintf(f, ",%s%s%s", c->cell[i], both ? "|" : "",
			both ? t->also[i] : "");
	}
}

static void write_row(FILE *f, const struct play *p, int k, enum vantage v)
{
	const struct conn *c = &p->conn[k];
	const struct told *t = &c->told[v];
	char ip[2][INET6_ADDRSTRLEN], start[48], fair[160];
	uint8_t b[16];

	snprintf(fair, sizeof(fair), "%s", t->fair);
	if (p->sc->flags & ACTIVE && !t->fair[0] && c->signs[v].done)
		fair_of(p, c, v, fair, sizeof(fair));
	for (int s = 0; s < 2; s++) {
		place_bytes(&p->link->place[s], b);
		inet_ntop(p->v6 ? AF_INET6 : AF_INET, b, ip[s], sizeof(ip[s]));
	}
	time_text(c->start[v], start, sizeof(start));
	fprintf(f, "%s,%d,%s,%d,%c,%s,%d,%s,%s,%u,%s,%u", p->sc->name,
		p->number, p->world->kind->name, p->v6 ? 6 : 4,
		p->a == CLIENT ? 'c' : 's', vantage_name(v), k, start, ip[0],
		(unsigned)c->port[0], ip[1], (unsigned)c->port[1]);
	fprintf(f, ",%s,%s,%s,%s", t->verdict, strcmp(fair, "-") ? fair : "",
		t->closed, t->reset);
	write_cells(f, c, t);
	fprintf(f, ",%s,%s,%s,\"%s\"\n", c->state[0], c->state[1], c->kernel,
		p->did);
}

static bool write_truth(const struct ledger *l, const char *path)
{
	FILE *f = fopen(path, "we");
	bool ok;

	if (!f)
		return false;
	fputs("scenario,play,world,family,actor,vantage,conn,start_time,"
	      "client_ip,client_port,server_ip,server_port,verdict,fair,"
	      "closed_first,reset_by,client_connect,client_recv,client_send,"
	      "server_recv,server_send,client_state,server_state,kernel,did\n",
	      f);
	for (size_t i = 0; i < l->n; i++) {
		const struct play *p = l->play[i];

		for (int k = 0; p && !p->why[0] && k < p->conns; k++)
			for (int v = 0; v < VANTAGES; v++)
				if (p->conn[k].start[v])
					write_row(f, p, k, (enum vantage)v);
	}
	ok = fflush(f) == 0 && !ferror(f);
	return fclose(f) == 0 && ok;
}

bool ledger_write(struct ledger *l, const char *dir)
{
	char path[512];
	bool ok = true;

	for (int v = 0; v < VANTAGES; v++) {
		snprintf(path, sizeof(path), "%s/%s.pcap", dir,
			 vantage_name((enum vantage)v));
		ok = film_write(&l->film[v], path) && ok;
	}
	snprintf(path, sizeof(path), "%s/truth.csv", dir);
	return write_truth(l, path) && ok;
}

void ledger_free(struct ledger *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->play[i]);
	free(l->play);
	for (int v = 0; v < VANTAGES; v++)
		film_free(&l->film[v]);
}
