#include "base/side.h"

const char *side_name(enum side s)
{
	static const char *const names[] = {
		[CLIENT] = "client",       [SERVER] = "server", [BOTH] = "both",
		[MIDDLEBOX] = "middlebox", [NOBODY] = "",
	};

	return names[s];
}
