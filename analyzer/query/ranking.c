#include "query/ranking.h"

#include <string.h>

enum { LEAST = 3 }; // points; less is chance

static int64_t distance(int64_t apart)
{
	return apart < 0 ? -apart : apart;
}

static bool better(const struct rank *a, const struct rank *b)
{
	if (a->fit.score != b->fit.score)
		return a->fit.score > b->fit.score;
	return distance(a->fit.apart) < distance(b->fit.apart);
}

static void insert_rank(struct ranking *r, const struct rank *new)
{
	size_t at = r->ranks;

	while (at > 0 && better(new, &r->rank[at - 1]))
		at--;
	if (at == RANKS)
		return;
	if (r->ranks < RANKS)
		r->ranks++;
	memmove(&r->rank[at + 1], &r->rank[at],
		(r->ranks - at - 1) * sizeof *r->rank);
	r->rank[at] = *new;
}

// True if some connection has an address of the line: then others don't fit.
static bool known(const struct analysis *a, const struct logline *l)
{
	for (size_t i = 0; i < analysis_count(a); i++) {
		if (logline_knows(l, analysis_get(a, i)))
			return true;
	}
	return false;
}

static void rank_line(struct ranking *r, const struct analysis *a, size_t line)
{
	const struct logline *l = &r->line[line];
	bool strict = known(a, l);

	for (size_t i = 0; i < analysis_count(a); i++) {
		struct rank new = { .connection = (uint32_t)i,
				    .line = (uint32_t)line,
				    .fit = logline_fit(l, analysis_get(a, i),
						       strict) };
		size_t k = 0;

		if (new.fit.score < LEAST)
			continue;
		while (k < r->ranks && r->rank[k].connection != i)
			k++;
		if (k < r->ranks) {
			if (!better(&new, &r->rank[k]))
				continue;
			memmove(&r->rank[k], &r->rank[k + 1],
				(r->ranks - k - 1) * sizeof *r->rank);
			r->ranks--;
		}
		insert_rank(r, &new);
	}
}

void ranking_make(struct ranking *r, const struct analysis *a,
		  const struct logline *line, size_t lines)
{
	*r = (struct ranking){ .line = line, .lines = lines };
	for (size_t i = 0; i < lines; i++)
		rank_line(r, a, i);
	for (size_t i = 0; i < r->ranks; i++)
		r->order[i] = r->rank[i].connection;
}
