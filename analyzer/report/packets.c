#include "report/packets.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/version.h"
#include "report/packet_ends.h"
#include "report/pcapng_out.h"

// One of the connections. Those of the same ends stand together.
struct chosen {
	uint64_t hash; // of its ends, the same in both directions
	uint32_t index;
	bool begun, over;
};

// A frame that decides, and of whose findings it is which.
struct mark {
	uint64_t frame;
	uint32_t index;     // of the connection
	uint32_t statement; // among report_statements()
	uint32_t which, of; // of the reasons for its verdict
};

// Interfaces, in the order in which they were met.
struct interface {
	uint32_t file, link;
};

struct packets {
	const struct report *r;
	FILE *to;
	struct chosen *chosen;
	size_t n;
	struct mark *mark;
	size_t marks, marks_size;
	struct interface *interface;
	size_t interfaces, interfaces_size;
	struct packet packet;
	struct pcapng_comments comments;
};

// Whose ---------------------------------------------------------------------

static uint64_t hash_of(const struct packet_ends *e)
{
	uint64_t one[2];

	for (int i = 0; i < 2; i++) {
		uint64_t w[2];

		memcpy(w, e->addr[i], sizeof w);
		one[i] = hash_mix(w[0] ^ hash_mix(w[1] ^ e->port[i]));
	}
	return one[0] + one[1];
}

static int by_hash(const void *a, const void *b)
{
	const struct chosen *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static int by_frame(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->frame != y->frame)
		return x->frame < y->frame ? -1 : 1;
	if (x->index != y->index)
		return x->index < y->index ? -1 : 1;
	return x->which < y->which ? -1 : x->which > y->which;
}

// The connection that frame `id` with these ends belongs to, NULL: none of the
// chosen. One that uses the ends of another begins where that one is over.
static struct chosen *whose(struct packets *p, const struct packet_ends *e,
			    uint64_t id)
{
	uint64_t hash = hash_of(e);
	size_t low = 0, high = p->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (p->chosen[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < p->n && p->chosen[low].hash == hash; low++) {
		struct chosen *one = &p->chosen[low];
		const struct connection *c =
		    analysis_get(p->r->analysis, one->index);

		if (one->over || !packet_ends_are(e, c))
			continue;
		one->begun |= id == c->first_frame;
		if (!one->begun)
			continue;
		one->over = id == c->last_frame;
		return one;
	}
	return NULL;
}

// Comments ------------------------------------------------------------------

static bool add_mark(struct packets *p, struct mark m)
{
	struct mark *more =
	    array_grown(p->mark, p->marks, &p->marks_size, sizeof *more);

	if (!more)
		return false;
	p->mark = more;
	more[p->marks++] = m;
	return true;
}

// The frames on which the reasons for a verdict rest.
static bool add_marks(struct packets *p, uint32_t i)
{
	struct statement all[REPORT_STATEMENTS];
	struct connection c = report_connection(p->r, i);
	size_t n = report_statements(p->r, i, &c, all), of = 0, which = 0;

	for (size_t k = 0; k < n; k++)
		of += all[k].role == ROLE_WHY && all[k].frame;
	for (size_t k = 0; k < n; k++) {
		struct mark m = { all[k].frame, i, (uint32_t)k,
				  (uint32_t)which + 1, (uint32_t)of };

		if (all[k].role != ROLE_WHY || !m.frame)
			continue;
		which++;
		if (!add_mark(p, m))
			return false;
	}
	return true;
}

static struct text *next_comment(struct pcapng_comments *c)
{
	struct text *t;

	if (c->n == PCAPNG_COMMENTS)
		return NULL;
	t = &c->text[c->n++];
	text_cut(t, 0);
	return t;
}

static void comment_mark(const struct packets *p, const struct mark *m,
			 struct text *out)
{
	struct statement all[REPORT_STATEMENTS];
	struct connection c = report_connection(p->r, m->index);
	size_t n = report_statements(p->r, m->index, &c, all);

	text_printf(out, "tcpwhy: %s (%s), ", verdict_get(c.verdict)->name,
		    confidence_name((enum confidence)c.confidence));
	text_printf(out, "%u of %u: ", m->which, m->of);
	if (m->statement < n)
		statement_add(out, &all[m->statement]);
}

// What it was called, what was said of it before, and what it decides.
static void comment(struct packets *p, const struct frame *f, const char *said)
{
	struct mark key = { .frame = f->id };
	struct text *t;
	size_t low = 0, high = p->marks;

	p->comments.n = 0;
	t = next_comment(&p->comments);
	text_puts(t, "frame ");
	report_frame(t, p->r, f->id);
	if (said && !p->r->anonymizer && (t = next_comment(&p->comments)))
		text_puts(t, said);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_frame(&p->mark[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < p->marks && p->mark[low].frame == f->id; low++) {
		t = next_comment(&p->comments);
		if (t)
			comment_mark(p, &p->mark[low], t);
	}
}

// Life ----------------------------------------------------------------------

static bool choose(struct packets *p)
{
	p->n = report_size(p->r);
	p->chosen = calloc(p->n ? p->n : 1, sizeof *p->chosen);
	if (!p->chosen)
		return false;
	for (size_t k = 0; k < p->n; k++) {
		uint32_t i = (uint32_t)report_nth(p->r, k);
		const struct connection *c = analysis_get(p->r->analysis, i);
		struct packet_ends e = { { &c->addr[0], &c->addr[1] },
				  { c->port[0], c->port[1] } };

		p->chosen[k] = (struct chosen){ .hash = hash_of(&e),
						.index = i };
		if (!add_marks(p, i))
			return false;
	}
	qsort(p->chosen, p->n, sizeof *p->chosen, by_hash);
	if (p->marks)
		qsort(p->mark, p->marks, sizeof *p->mark, by_frame);
	return true;
}

struct packets *packets_new(const struct report *r, FILE *to)
{
	struct packets *p = calloc(1, sizeof *p);
	struct text about = { 0 };

	if (!p)
		return NULL;
	p->r = r;
	p->to = to;
	text_puts(&about, "the packets of ");
	report_count(&about, report_size(r), "connection");
	text_puts(&about, "; why it ended stands on the frames that show it");
	if (!choose(p) || about.failed) {
		text_release(&about);
		packets_free(p);
		return NULL;
	}
	pcapng_out_section(to, "tcpwhy " TCPWHY_VERSION, about.s);
	text_release(&about);
	return p;
}

void packets_free(struct packets *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < PCAPNG_COMMENTS; i++)
		text_release(&p->comments.text[i]);
	free(p->interface);
	free(p->mark);
	free(p->chosen);
	free(p);
}

// The interface of f, which is described where it is met first; SIZE_MAX: no
// memory.
static size_t interface_of(struct packets *p, const struct frame *f)
{
	struct interface here = { frame_file(f->id), f->link }, *more;
	const char *name;

	for (size_t i = 0; i < p->interfaces; i++) {
		if (p->interface[i].file == here.file &&
		    p->interface[i].link == here.link)
			return i;
	}
	more = array_grown(p->interface, p->interfaces, &p->interfaces_size,
			   sizeof *more);
	if (!more)
		return SIZE_MAX;
	p->interface = more;
	more[p->interfaces] = here;
	name = here.file < p->r->file_count ? p->r->files[here.file] : NULL;
	if (name && strrchr(name, '/'))
		name = strrchr(name, '/') + 1;
	pcapng_out_interface(p->to, f->link, name);
	return p->interfaces++;
}

// An ICMP error of which the capture cut the ports: it may be about any of them.
static bool is_nameless(const struct packet *p)
{
	return p->kind == PACKET_ICMP_ERROR && p->icmp.cut;
}

bool packets_frame(struct packets *p, const struct frame *f, const char *said)
{
	size_t interface;
	struct packet_ends e;

	packet_decode(f, &p->packet);
	if (!packet_ends(&p->packet, &e) ||
	    (!is_nameless(&p->packet) && !whose(p, &e, f->id)))
		return true;
	interface = interface_of(p, f);
	if (interface == SIZE_MAX)
		return false;
	comment(p, f, said);
	for (size_t i = 0; i < p->comments.n; i++) {
		if (p->comments.text[i].failed)
			return false;
	}
	pcapng_out_packet(p->to, (uint32_t)interface, f, &p->comments);
	return true;
}
