#include "scenario.h"

static const struct scenario *const all[] = {
	scenarios_abort, scenarios_linger, scenarios_close,
	scenarios_late,  scenarios_open,   scenarios_queue,
	scenarios_path,  scenarios_forged, scenarios_app,
};

const struct scenario *scenario_get(size_t i)
{
	for (size_t k = 0; k < sizeof(all) / sizeof(*all); k++)
		for (const struct scenario *s = all[k]; s->name; s++)
			if (i-- == 0)
				return s;
	return 0;
}
