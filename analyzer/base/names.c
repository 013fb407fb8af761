#include "base/names.h"

#include <stdlib.h>
#include <string.h>

static size_t slot_of(const struct names *p, const struct name *x)
{
	size_t mask = p->size * 2 - 1;
	uint64_t w[sizeof(*x) / sizeof(uint64_t)], h = 0;

	memcpy(w, x, sizeof(w));
	for (size_t i = 0; i < sizeof(w) / sizeof(w[0]); i++) {
		h = (h ^ w[i]) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 32; // a word's last letters are its highest bits
	}
	return h & mask;
}

// Where x is, or where it belongs.
static uint32_t *find_slot(const struct names *p, const struct name *x)
{
	size_t mask = p->size * 2 - 1;

	for (size_t i = slot_of(p, x);; i = (i + 1) & mask) {
		uint32_t *slot = &p->slot[i];
		if (!*slot || !memcmp(&p->name[*slot], x, sizeof(*x)))
			return slot;
	}
}

static bool grow_names(struct names *p)
{
	size_t size = p->size ? p->size * 2 : 64;
	uint32_t *slot = calloc(size * 2, sizeof(*slot));
	struct name *more = realloc(p->name, size * sizeof(*more));

	if (more)
		p->name = more;
	if (!slot || !more) {
		free(slot);
		return false;
	}
	free(p->slot);
	p->slot = slot;
	p->size = size;
	if (!p->n)
		p->name[p->n++] = (struct name){ "" };
	for (size_t i = 1; i < p->n; i++)
		*find_slot(p, &p->name[i]) = (uint32_t)i;
	return true;
}

void names_free(struct names *p)
{
	free(p->name);
	free(p->slot);
	*p = (struct names){ 0 };
}

uint32_t names_put(struct names *p, const char *s)
{
	struct name x = { "" };
	uint32_t *slot;

	memcpy(x.s, s, strnlen(s, NAME_MOST));
	if (!*x.s)
		return 0;
	if (p->n == p->size && !grow_names(p))
		return NAMES_FAILED;
	slot = find_slot(p, &x);
	if (!*slot) {
		*slot = (uint32_t)p->n;
		p->name[p->n++] = x;
	}
	return *slot;
}

const char *names_get(const struct names *p, uint32_t number)
{
	return number < p->n ? p->name[number].s : "";
}
