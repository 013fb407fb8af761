// Time zones: how far the clocks of a place are ahead of UTC, and when. All of
// a zone is read when it is made, from files and the environment; asking it
// later needs neither, so that it works behind the sandbox as well.
#ifndef TCPWHY_ZONE_H
#define TCPWHY_ZONE_H

#include <stdint.h>

struct zone;

// The zone of a place ("Europe/Berlin"), or with an offset that never changes
// ("+02:00", "-0530", "+2", "Z", "UTC"). NULL: errno is EINVAL if there is no
// such zone, else ENOMEM. For one thread at a time, as it changes TZ meanwhile.
struct zone *zone_named(const char *name);

// The zone of this process: TZ, else the machine's. NULL: no memory.
struct zone *zone_local(void);

void zone_free(struct zone *z);

// Seconds that its clocks are ahead of UTC at a time, seconds since 1970. NULL
// stands for UTC.
int32_t zone_east(const struct zone *z, int64_t seconds);

// The same at the moment when its clocks show that date, given in seconds as
// if it was UTC. Of the hour that comes twice in autumn it is either.
int32_t zone_east_shown(const struct zone *z, int64_t shown);

// What its clocks show at t, ns since 1970, as ns since midnight.
int64_t zone_of_day(const struct zone *z, int64_t t);

#endif
