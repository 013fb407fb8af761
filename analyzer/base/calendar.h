// The Gregorian calendar: days, dates and offsets from UTC, the one place for
// such arithmetic. Pure: no clock, no time zone data (zone.h has those), no
// locale.
#ifndef TCPWHY_CALENDAR_H
#define TCPWHY_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum { CALENDAR_DAY = 86400 }; // seconds

// What a calendar and a clock on a wall show.
struct date {
	int64_t year;
	unsigned month, day, hour, minute, second;
};

// True if the calendar has that day, in the years that times in ns since 1970
// can hold as a whole (1970 to 2261), and a clock shows that time: 23:59:60 is
// a leap second.
bool calendar_exists(const struct date *d);

// Seconds since 1970-01-01T00:00:00Z of a date that exists, as if it was UTC.
int64_t calendar_seconds(const struct date *d);

// The date of any number of seconds since 1970, also before it.
struct date calendar_date(int64_t seconds);

// ns since 1970 as whole seconds and the ns above them, also before 1970.
int64_t calendar_split(int64_t t, uint32_t *ns);

// Adds "2026-11-21 15:15:28", with that character between date and time.
void calendar_add(struct text *out, const struct date *d, char between);

// The second half of it: "15:15:28".
void calendar_add_clock(struct text *out, const struct date *d);

// Adds an offset from UTC: "+02:00".
void calendar_add_offset(struct text *out, int32_t east);

// Takes an offset from UTC off *s: Z, +HH, +HHMM or +HH:MM, either sign, no
// more than the 18 hours of ISO 8601's users. *east gets its seconds. False,
// and *s as before: there is none.
bool calendar_offset(const char **s, int32_t *east);

#endif
