#include "judge/timers.h"

#include "base/nanoseconds.h"

#include <stddef.h>

// From the vendors' documentation and the projects' defaults.
static const struct timer {
	int64_t seconds;
	const char *name;
} timers[] = {
	{ 60, "AWS application load balancer, nginx upstream (60 s)" },
	{ 75, "nginx keepalive_timeout (75 s)" },
	{ 240, "Azure load balancer (4 min)" },
	{ 350, "AWS network load balancer or NAT gateway (350 s)" },
	{ 600, "Google Cloud connection tracking, ingress streams (10 min)" },
	{ 900, "Linux IPVS (15 min)" },
	{ 1800, "Azure SQL gateway (30 min)" },
	{ 3600, "many firewalls (1 h)" },
	{ 7200, "Linux keep-alive time (2 h)" },
	{ 28800, "MySQL wait_timeout (8 h)" },
	{ 432000, "Linux conntrack (5 d)" },
};

const char *idle_timer_name(int64_t idle)
{

	for (size_t i = 0; i < sizeof(timers) / sizeof(timers[0]); i++) {
		int64_t t = timers[i].seconds * SECOND;
		if (idle >= t - t / 100 && idle <= t + t / 100)
			return timers[i].name;
	}
	return NULL;
}
