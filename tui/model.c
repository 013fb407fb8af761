#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "sort.h"

enum { BITS = 64 };

static bool bit(const uint64_t *set, size_t i)
{
	return set[i / BITS] >> i % BITS & 1;
}

void model_init(struct model *m)
{
	*m = (struct model){ .selected = MODEL_NONE,
			     .only_eventful = true,
			     .needs = { 14, 14 } };
}

void model_release(struct model *m)
{
	where_free(m->where);
	where_free(m->search);
	free(m->order);
	free(m->rows);
	free(m->pass);
	free(m->next);
	free(m->mark);
	model_init(m);
}

// Memory ---------------------------------------------------------------------

static bool grow_rows(uint32_t **rows, size_t room)
{
	uint32_t *p = realloc(*rows, room * sizeof *p);

	if (p)
		*rows = p;
	return p;
}

static bool grow_bits(uint64_t **set, size_t old, size_t room)
{
	uint64_t *p = realloc(*set, room / BITS * sizeof *p);

	if (!p)
		return false;
	memset(p + old / BITS, 0, (room - old) / BITS * sizeof *p);
	*set = p;
	return true;
}

// Room for n connections.
static bool reserve(struct model *m, size_t n)
{
	size_t room = m->room ? m->room : 1024;

	while (room < n)
		room *= 2;
	if (room == m->room)
		return true;
	if (!grow_rows(&m->order, room) || !grow_rows(&m->rows, room) ||
	    !grow_bits(&m->pass, m->room, room) ||
	    !grow_bits(&m->next, m->room, room) ||
	    !grow_bits(&m->mark, m->room, room))
		return false;
	m->room = room;
	return true;
}

// Rows -----------------------------------------------------------------------

// Makes the rows from the order and what passes. The cursor goes to the
// selection, or, where that isn't shown, to what comes next in the order.
static void make_rows(struct model *m)
{
	m->count = 0;
	m->cursor = 0;
	for (size_t i = 0; i < m->total; i++) {
		uint32_t connection = m->order[i];

		if (connection == m->selected)
			m->cursor = m->count;
		if (bit(m->pass, connection))
			m->rows[m->count++] = connection;
	}
	if (m->cursor >= m->count)
		m->cursor = m->count ? m->count - 1 : 0;
	m->direction = 0;
}

static void refilter(struct model *m)
{
	m->tested = 0;
	m->direction = 0;
}

bool model_update(struct model *m, const struct analysis *a)
{
	size_t n = analysis_count(a);

	if (!reserve(m, n))
		return false;
	m->analysis = a;
	if (n < m->total)
		m->total = 0; // some of them were none
	m->eventful = 0;
	for (size_t i = 0; i < n; i++) {
		m->eventful += connection_eventful(analysis_get(a, i));
		column_measure(&m->needs, analysis_get(a, i));
	}
	for (size_t i = m->total; i < n; i++)
		m->order[i] = (uint32_t)i;
	m->total = n;
	refilter(m);
	// In the order of numbers, new ones at the end are in their place.
	return (m->sort == COL_NUMBER && !m->descending) ||
	       model_sort(m, m->sort, m->descending);
}

bool model_sort(struct model *m, enum column_id id, bool descending)
{
	const struct list_column *column = column_get(id);
	struct sort_key *keys = malloc((m->total + 1) * sizeof *keys);
	bool sorted;

	if (!keys)
		return false;
	for (size_t i = 0; i < m->total; i++) {
		m->order[i] = (uint32_t)i;
		column->key(analysis_get(m->analysis, i), i, &keys[i]);
	}
	sorted =
	    sort_order(m->order, m->total, keys, column->words, descending);
	free(keys);
	m->sort = id;
	m->descending = descending;
	make_rows(m);
	return sorted;
}

void model_filter(struct model *m, struct where *w)
{
	where_free(m->where);
	m->where = w;
	refilter(m);
}

void model_narrow(struct model *m, bool only_eventful, bool only_marked)
{
	m->only_eventful = only_eventful;
	m->only_marked = only_marked;
	refilter(m);
}

// Work in slices -------------------------------------------------------------

static bool passes(const struct model *m, size_t i)
{
	const struct connection *c;

	if (m->only_marked && !bit(m->mark, i))
		return false;
	c = analysis_get(m->analysis, i);
	if (m->only_eventful && !connection_eventful(c))
		return false;
	return !m->where ||
	       where_match(m->where, m->analysis, m->analysis, c, i);
}

static size_t filter(struct model *m, size_t budget)
{
	for (; budget > 0 && m->tested < m->total; budget--, m->tested++) {
		uint64_t one = UINT64_C(1) << m->tested % BITS;

		if (passes(m, m->tested))
			m->next[m->tested / BITS] |= one;
		else
			m->next[m->tested / BITS] &= ~one;
	}
	if (m->tested == m->total) {
		uint64_t *pass = m->pass;

		m->pass = m->next;
		m->next = pass;
		make_rows(m);
	}
	return budget;
}

static void seek(struct model *m, size_t budget)
{
	for (; budget > 0 && m->direction; budget--) {
		size_t step = ++m->sought % m->count, row;
		uint32_t c;

		row = m->direction > 0 ? m->cursor + step
				       : m->cursor + m->count - step;
		c = m->rows[row % m->count];
		m->found = where_match(m->search, m->analysis, m->analysis,
				       analysis_get(m->analysis, c), c);
		if (m->found)
			model_select_row(m, row % m->count);
		if (m->found || m->sought == m->count)
			m->direction = 0;
	}
}

bool model_work(struct model *m, size_t budget)
{
	if (m->tested < m->total)
		budget = filter(m, budget);
	if (m->direction && m->count)
		seek(m, budget);
	return m->tested < m->total || m->direction;
}

// Selection ------------------------------------------------------------------

void model_select_row(struct model *m, size_t row)
{
	if (!m->count)
		return;
	m->cursor = row < m->count ? row : m->count - 1;
	m->selected = m->rows[m->cursor];
}

void model_move(struct model *m, long by)
{
	size_t back = by < 0 ? 0 - (size_t)by : 0;

	if (back > m->cursor)
		model_select_row(m, 0);
	else
		model_select_row(m, m->cursor + (size_t)by);
}

void model_select(struct model *m, uint32_t connection)
{
	m->selected = connection;
	if (m->tested == m->total)
		make_rows(m);
}

bool model_search(struct model *m, struct where *w, int direction)
{
	if (w) {
		where_free(m->search);
		m->search = w;
	}
	if (!m->search || !m->count)
		return false;
	m->direction = direction;
	m->sought_back = direction < 0;
	m->sought = 0;
	m->found = false;
	return true;
}

// Marks ----------------------------------------------------------------------

bool model_marked(const struct model *m, uint32_t connection)
{
	return connection < m->total && bit(m->mark, connection);
}

void model_toggle_mark(struct model *m, uint32_t connection)
{
	if (connection >= m->total)
		return;
	m->mark[connection / BITS] ^= UINT64_C(1) << connection % BITS;
	if (bit(m->mark, connection))
		m->marked++;
	else
		m->marked--;
	if (m->only_marked)
		refilter(m);
}
