// Times are nanoseconds since 1970, durations nanoseconds, both int64_t. Pure.
#ifndef TCPWHY_NANOSECONDS_H
#define TCPWHY_NANOSECONDS_H

#include <stdint.h>

#define US     INT64_C(1000)
#define MS     (1000 * US)
#define SECOND (1000 * MS)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

#endif
