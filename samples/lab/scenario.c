#include "scenario.h"

static const struct scenario *const all[] = {
	scenarios_abort, scenarios_linger, scenarios_close, scenarios_late,
	scenarios_open,  scenarios_queue,  scenarios_path,  scenarios_forged,
	scenarios_app,   scenarios_many,
};

static const struct scenario *const measured[] = {
	scenarios_measure,
	scenarios_break,
};

static const struct scenario *nth(const struct scenario *const *set, size_t n,
				  size_t i)
{
	for (size_t k = 0; k < n; k++)
		for (const struct scenario *s = set[k]; s->name; s++)
			if (i-- == 0)
				return s;
	return 0;
}

const struct scenario *scenario_get(size_t i)
{
	return nth(all, sizeof(all) / sizeof(*all), i);
}

const struct scenario *scenario_measured(size_t i)
{
	return nth(measured, sizeof(measured) / sizeof(*measured), i);
}
