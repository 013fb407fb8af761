#include "cli/settings.h"

bool settings_want(const struct settings *s, enum kind kind)
{
	for (size_t i = 0; i < s->targets; i++)
		if (s->target[i].kind == kind)
			return true;
	return false;
}
