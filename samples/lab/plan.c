#include <stdlib.h>
#include <string.h>

#include "lab.h"
#include "scenario.h"

static const uint16_t ports[] = { 80, 443, 5000, 5432, 6379, 8080, 9092 };

static struct world *world_for(struct lab *lab, const struct scenario *sc,
			       struct rng *r)
{
	int pick = rng_int(r, 0, WORLDS - 1);

	for (int i = 0; sc->world && i < WORLDS; i++)
		if (!strcmp(world_kinds[i].name, sc->world))
			pick = i;
	return &lab->world[pick];
}

static void lay_link(struct play *p)
{
	int rtt = rng_flip(&p->rng) ? rng_int(&p->rng, 0, 60000)
				    : rng_int(&p->rng, 0, 2000);
	int share = rng_int(&p->rng, 5, 95);
	struct link *l = p->link;

	for (int s = 0; s < 2; s++) {
		l->place[s].base = p->world->base;
		l->place[s].index = p->index;
		l->place[s].side = s ? SERVER : CLIENT;
		l->place[s].v6 = p->v6;
		l->hops[s] = (uint8_t)rng_int(&p->rng, 1, 9);
	}
	l->delay[LEG_CLIENT] = (int64_t)rtt * 5 * share; // us/2 * share/100
	l->delay[LEG_SERVER] = (int64_t)rtt * 5 * (100 - share);
}

static bool add_play(struct lab *lab, const struct scenario *sc, enum side a,
		     bool v6, uint64_t seed)
{
	struct play *p = calloc(1, sizeof(*p));
	size_t i = lab->ledger.n;

	if (!p || i >= MOST_PLAYS) {
		free(p);
		return false;
	}
	p->sc = sc;
	p->rng.s = seed;
	p->index = (uint16_t)i;
	p->number = (int)i;
	p->v6 = v6;
	p->a = a;
	p->o = !a;
	p->listener = -1;
	p->port = ports[rng_int(&p->rng, 0, 6)];
	p->victims = &lab->victims;
	p->world = world_for(lab, sc, &p->rng);
	p->link = path_link(p->world->path, p->index);
	if (!p->link) {
		free(p);
		return false;
	}
	lay_link(p);
	lab->ledger.play[lab->ledger.n++] = p;
	return true;
}

// A seed for each play that doesn't hang on which others are played.
static uint64_t seed_of(uint64_t seed, int round, const char *name, int variant)
{
	struct rng r = { seed * 1000003 + (uint64_t)round * 64 +
			 (uint64_t)variant };

	for (; *name; name++)
		r.s = rng_next(&r) ^ (uint8_t)*name;
	return rng_next(&r);
}

static const struct scenario *row(const struct lab *lab, size_t i)
{
	return lab->config.measure ? scenario_measured(i) : scenario_get(i);
}

static bool add_round(struct lab *lab, int round, bool slow)
{
	const struct scenario *sc;
	int only = (int)((lab->config.seed + (uint64_t)round) % 4);

	for (size_t i = 0; (sc = row(lab, i)); i++) {
		if (lab->config.only && strcmp(sc->name, lab->config.only) != 0)
			continue;
		if (!!(sc->flags & SLOW) != slow)
			continue;
		for (int v = 0; v < 4; v++) {
			if (!(sc->flags & (v & 1 ? BY_SERVER : BY_CLIENT)))
				continue;
			if (sc->flags & RARE && v != only)
				continue;
			if (!add_play(
				lab, sc, v & 1 ? SERVER : CLIENT, v & 2,
				seed_of(lab->config.seed, round, sc->name, v)))
				return false;
		}
	}
	return true;
}

bool lab_plan(struct lab *lab)
{
	lab->ledger.play = calloc(MOST_PLAYS, sizeof(*lab->ledger.play));
	if (!lab->ledger.play)
		return false;
	lab->ledger.n = 1; // index 0 stays unused
	for (int slow = 1; slow >= 0; slow--)
		for (int r = 0; r < lab->config.rounds; r++)
			if (!add_round(lab, r, slow))
				return false;
	return true;
}
