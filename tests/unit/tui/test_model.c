// Rows: sorted, filtered, searched and marked, and the selection that stays.
#include "model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decode/packet.h"
#include "summary.h"

enum { RAW_IP = 101, HEADERS = 40 };

static const int64_t second = 1000000000;

// Making connections ---------------------------------------------------------

struct maker {
	struct analysis *a;
	uint64_t frame;
	int64_t now;
	uint32_t client, server; // addresses
	uint16_t port[2];        // the client's, the server's
};

static void put(uint8_t *p, uint64_t v, int n)
{
	while (n-- > 0) {
		p[n] = (uint8_t)v;
		v >>= 8;
	}
}

static void segment(struct maker *m, enum side from, uint8_t flags,
		    uint32_t seq, uint32_t ack)
{
	uint8_t p[HEADERS] = { 0x45, [8] = 64, 6, [32] = 0x50 };
	struct frame f = { m->now,  frame_id(0, ++m->frame),
			   HEADERS, HEADERS,
			   RAW_IP,  p };

	put(p + 2, HEADERS, 2);
	put(p + 12, from == CLIENT ? m->client : m->server, 4);
	put(p + 16, from == CLIENT ? m->server : m->client, 4);
	put(p + 20, m->port[from], 2);
	put(p + 22, m->port[!from], 2);
	put(p + 24, seq, 4);
	put(p + 28, ack, 4);
	p[33] = flags;
	put(p + 34, flags & TCP_RST ? 0 : 64240, 2);
	assert_true(analysis_frame(m->a, &f, NULL));
	m->now += second / 1000;
}

static void refused(struct maker *m)
{
	segment(m, CLIENT, TCP_SYN, 100, 0);
	segment(m, SERVER, TCP_RST | TCP_ACK, 0, 101);
}

static void opened(struct maker *m)
{
	segment(m, CLIENT, TCP_SYN, 100, 0);
	segment(m, SERVER, TCP_SYN | TCP_ACK, 500, 101);
	segment(m, CLIENT, TCP_ACK, 101, 501);
}

static void closed(struct maker *m)
{
	opened(m);
	segment(m, CLIENT, TCP_FIN | TCP_ACK, 101, 501);
	segment(m, SERVER, TCP_FIN | TCP_ACK, 501, 102);
	segment(m, CLIENT, TCP_ACK, 102, 502);
}

// n connections: refused, closed and still open ones in turns; every client
// has an address of its own, there are four servers.
static struct analysis *make(size_t n)
{
	static void (*const kinds[])(struct maker *) = { refused, closed,
							 opened };
	struct maker m = { .a = analysis_new(), .now = 1700000000 * second };

	assert_non_null(m.a);
	for (size_t i = 0; i < n; i++) {
		m.client = 0x0a000000 + (uint32_t)(n - i);
		m.server = 0xc0000200 + (uint32_t)(i % 4);
		m.port[CLIENT] = (uint16_t)(1024 + i % 50000);
		m.port[SERVER] = i % 2 ? 443 : 80;
		kinds[i % 3](&m);
	}
	analysis_settle(m.a);
	assert_int_equal(analysis_count(m.a), n);
	return m.a;
}

struct fixture {
	struct analysis *a;
	struct model m;
};

static void finish(struct model *m)
{
	while (model_work(m, 7))
		;
}

static struct fixture ready(size_t n)
{
	struct fixture f = { .a = make(n) };

	model_init(&f.m);
	assert_true(model_update(&f.m, f.a));
	finish(&f.m);
	return f;
}

static void done(struct fixture *f)
{
	model_release(&f->m);
	analysis_free(f->a);
}

static struct where *words(const char *s)
{
	char err[WHERE_ERROR];
	struct where *w = where_parse(s, BARE_SOUGHT, NULL, err);

	assert_non_null(w);
	return w;
}

static const struct connection *row(const struct fixture *f, size_t i)
{
	return analysis_get(f->a, f->m.rows[i]);
}

// Tests ----------------------------------------------------------------------

static void eventful_ones_are_shown_first(void **state)
{
	struct fixture f = ready(30);

	(void)state;
	assert_int_equal(f.m.total, 30);
	assert_int_equal(f.m.eventful, 10);
	assert_int_equal(f.m.count, 10);
	for (size_t i = 0; i < f.m.count; i++)
		assert_int_equal(row(&f, i)->verdict, CONNECT_REFUSED);
	model_narrow(&f.m, false, false);
	finish(&f.m);
	assert_int_equal(f.m.count, 30);
	done(&f);
}

// By every column, up and down: keys never go the wrong way, and equal ones
// stay in the order of their numbers.
static void every_column_sorts(void **state)
{
	struct fixture f = ready(300);

	(void)state;
	model_narrow(&f.m, false, false);
	finish(&f.m);
	for (int id = 0; id < COLS * 2; id++) {
		const struct list_column *c =
		    column_get((enum column_id)(id / 2));

		assert_true(model_sort(&f.m, (enum column_id)(id / 2), id % 2));
		assert_int_equal(f.m.count, 300);
		for (size_t i = 1; i < f.m.count; i++) {
			uint32_t x = f.m.rows[i - 1], y = f.m.rows[i];
			struct sort_key a = { { 0 } }, b = { { 0 } };
			int order;

			c->key(row(&f, i - 1), x, &a);
			c->key(row(&f, i), y, &b);
			order = 0;
			for (size_t k = 0; k < c->words && !order; k++)
				order = a.word[k] < b.word[k]
					    ? -1
					    : a.word[k] > b.word[k];
			assert_true(id % 2 ? order >= 0 : order <= 0);
			assert_true(order || x < y);
		}
	}
	done(&f);
}

static void addresses_sort_as_numbers(void **state)
{
	struct fixture f = ready(300);

	(void)state;
	model_narrow(&f.m, false, false);
	finish(&f.m);
	assert_true(model_sort(&f.m, COL_CLIENT, false));
	// Clients count down: 10.0.0.1 is the last one's.
	assert_int_equal(f.m.rows[0], 299);
	assert_int_equal(f.m.rows[8], 291); // 10.0.0.9
	assert_int_equal(f.m.rows[9], 290); // 10.0.0.10
	done(&f);
}

static void the_selection_is_a_connection(void **state)
{
	struct fixture f = ready(300);
	uint32_t selected;

	(void)state;
	model_narrow(&f.m, false, false);
	finish(&f.m);
	model_select_row(&f.m, 150);
	selected = f.m.selected;
	assert_int_equal(selected, 150);
	assert_true(model_sort(&f.m, COL_CLIENT, false));
	assert_int_equal(f.m.rows[f.m.cursor], selected);
	assert_int_equal(f.m.cursor, 149);
	assert_true(model_sort(&f.m, COL_NUMBER, true));
	assert_int_equal(f.m.rows[f.m.cursor], selected);
	// Filtered away, it is kept in mind, and what follows it has the
	// cursor.
	assert_true(model_sort(&f.m, COL_NUMBER, false));
	model_filter(&f.m, words("server_port=443"));
	finish(&f.m);
	assert_int_equal(f.m.rows[f.m.cursor], 151);
	model_filter(&f.m, NULL);
	finish(&f.m);
	assert_int_equal(f.m.rows[f.m.cursor], selected);
	done(&f);
}

static void rows_stay_until_the_filter_is_done(void **state)
{
	struct fixture f = ready(300);

	(void)state;
	model_filter(&f.m, words("port=443"));
	assert_true(model_work(&f.m, 100));
	assert_int_equal(f.m.count, 100);
	assert_true(model_work(&f.m, 100));
	assert_int_equal(f.m.count, 100);
	assert_false(model_work(&f.m, 100));
	assert_int_equal(f.m.count, 50);
	// A new filter begins anew.
	model_filter(&f.m, words("port=80"));
	assert_true(model_work(&f.m, 299));
	model_filter(&f.m, words("ip=192.0.2.3 abnormal=yes"));
	finish(&f.m);
	assert_int_equal(f.m.count, 25);
	done(&f);
}

static void moving_stops_at_both_ends(void **state)
{
	struct fixture f = ready(30);

	(void)state;
	model_move(&f.m, -1);
	assert_int_equal(f.m.cursor, 0);
	model_move(&f.m, 3);
	assert_int_equal(f.m.cursor, 3);
	model_move(&f.m, 1000000);
	assert_int_equal(f.m.cursor, 9);
	model_move(&f.m, -4);
	assert_int_equal(f.m.cursor, 5);
	model_move(&f.m, -1000000);
	assert_int_equal(f.m.cursor, 0);
	model_filter(&f.m, words("port=1"));
	finish(&f.m);
	assert_int_equal(f.m.count, 0);
	model_move(&f.m, 1);
	assert_int_equal(f.m.cursor, 0);
	done(&f);
}

static void search_goes_round(void **state)
{
	struct fixture f = ready(300);

	(void)state;
	assert_false(model_search(&f.m, NULL, 1));
	assert_true(model_search(&f.m, words("ip=192.0.2.3"), 1));
	finish(&f.m);
	assert_true(f.m.found);
	assert_int_equal(f.m.selected, 3);
	assert_true(model_search(&f.m, NULL, 1));
	finish(&f.m);
	assert_int_equal(f.m.selected, 15);
	assert_true(model_search(&f.m, NULL, -1));
	finish(&f.m);
	assert_int_equal(f.m.selected, 3);
	assert_true(model_search(&f.m, NULL, -1));
	finish(&f.m);
	assert_int_equal(f.m.selected, 291);
	assert_true(model_search(&f.m, words("port=1"), 1));
	finish(&f.m);
	assert_false(f.m.found);
	assert_int_equal(f.m.selected, 291);
	done(&f);
}

static void marks_stay_and_can_be_shown_alone(void **state)
{
	struct fixture f = ready(300);

	(void)state;
	model_toggle_mark(&f.m, 3);
	model_toggle_mark(&f.m, 6);
	model_toggle_mark(&f.m, 9);
	model_toggle_mark(&f.m, 6);
	model_toggle_mark(&f.m, 1000000);
	assert_int_equal(f.m.marked, 2);
	assert_true(model_sort(&f.m, COL_CLIENT, false));
	model_narrow(&f.m, true, true);
	finish(&f.m);
	assert_int_equal(f.m.count, 2);
	assert_int_equal(f.m.rows[0], 9);
	assert_true(model_marked(&f.m, 3));
	assert_false(model_marked(&f.m, 6));
	done(&f);
}

// While a capture is read, more comes: nothing that the reader did is lost.
static void more_connections_may_come(void **state)
{
	struct analysis *few = make(30), *more = make(3000);
	struct model m;

	(void)state;
	model_init(&m);
	assert_true(model_update(&m, few));
	finish(&m);
	assert_true(model_sort(&m, COL_SERVER, true));
	model_filter(&m, words("port=443"));
	finish(&m);
	model_select_row(&m, 2);
	model_toggle_mark(&m, m.selected);
	assert_true(model_update(&m, more));
	finish(&m);
	assert_int_equal(m.total, 3000);
	assert_int_equal(m.count, 500);
	assert_int_equal(m.rows[m.cursor], m.selected);
	assert_true(model_marked(&m, m.selected));
	model_release(&m);
	analysis_free(few);
	analysis_free(more);
}

static void no_connections_are_no_trouble(void **state)
{
	struct fixture f = ready(0);

	(void)state;
	assert_int_equal(f.m.count, 0);
	model_move(&f.m, 5);
	assert_true(model_sort(&f.m, COL_BYTES, true));
	assert_false(model_search(&f.m, words("x"), 1));
	finish(&f.m);
	done(&f);
}

static void finds_what_the_reports_find(const struct clusters *found,
					const struct report *r)
{
	struct clusters all;

	assert_true(clusters_find(&all, r));
	assert_int_equal(found->n, all.n);
	assert_true(all.n > 0);
	for (size_t i = 0; i < all.n; i++) {
		const struct cluster *x = &found->cluster[i];
		const struct cluster *y = &all.cluster[i];

		assert_int_equal(x->kind, y->kind);
		assert_int_equal(x->n, y->n);
		for (size_t k = 0; k < x->n; k++)
			assert_int_equal(found->member[x->first + k],
					 all.member[y->first + k]);
	}
	clusters_release(&all);
}

// The overview's numbers add up, whatever the size of the slices.
static void a_summary_counts_everything_once(void **state)
{
	struct analysis *a = make(3000);
	struct report r = { .analysis = a };
	struct summary s = { 0 };
	size_t sum = 0, ended = 0;

	(void)state;
	assert_true(summary_begin(&s, &r));
	while (summary_work(&s, 11))
		;
	for (size_t i = 0; i < VERDICTS; i++)
		sum += s.verdicts[i];
	for (size_t i = 0; i < s.bins; i++)
		ended += s.ended[i];
	assert_int_equal(sum, 3000);
	assert_int_equal(s.eventful, 1000);
	assert_int_equal(ended, 2000); // a third is still open
	assert_int_equal(s.ranking[RANK_SERVERS].count, 4);
	assert_int_equal(s.ranking[RANK_CLIENTS].count, 3000);
	finds_what_the_reports_find(&s.clusters, &r);
	summary_release(&s);
	analysis_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(eventful_ones_are_shown_first),
		cmocka_unit_test(every_column_sorts),
		cmocka_unit_test(addresses_sort_as_numbers),
		cmocka_unit_test(the_selection_is_a_connection),
		cmocka_unit_test(rows_stay_until_the_filter_is_done),
		cmocka_unit_test(moving_stops_at_both_ends),
		cmocka_unit_test(search_goes_round),
		cmocka_unit_test(marks_stay_and_can_be_shown_alone),
		cmocka_unit_test(more_connections_may_come),
		cmocka_unit_test(no_connections_are_no_trouble),
		cmocka_unit_test(a_summary_counts_everything_once),
	};

	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
