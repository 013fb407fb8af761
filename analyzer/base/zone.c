#include "base/zone.h"
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/calendar.h"
#include "base/nanoseconds.h"

// From 1970 to the end of what ns in 64 bits hold. No zone has ever changed
// its offset and changed it back within a week.
static const int64_t week = 7 * CALENDAR_DAY, last = INT64_C(9223372036);

enum { CHANGES_MAX = 1024 }; // two a year, with room for war and decree

struct zone {
	size_t n;
	struct change {
		int64_t from; // seconds since 1970
		int32_t east;
	} change[]; // the first holds before it as well
};

// Of the zone that TZ tells now.
static int32_t east_now(int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	return localtime_r(&t, &tm) ? (int32_t)tm.tm_gmtoff : 0;
}

// The first moment after a at which the offset is not a's; at b it isn't.
static int64_t change_between(int64_t a, int64_t b)
{
	int32_t east = east_now(a);

	while (b - a > 1) {
		int64_t middle = a + (b - a) / 2;

		if (east_now(middle) == east)
			a = middle;
		else
			b = middle;
	}
	return b;
}

struct zone *zone_local(void)
{
	struct zone *z = malloc(sizeof *z + CHANGES_MAX * sizeof *z->change);

	if (!z)
		return NULL;
	tzset();
	z->change[0] = (struct change){ 0, east_now(0) };
	z->n = 1;
	for (int64_t t = week; t < last && z->n < CHANGES_MAX; t += week) {
		int32_t east = east_now(t);

		if (east != z->change[z->n - 1].east)
			z->change[z->n++] =
			    (struct change){ change_between(t - week, t),
					     east };
	}
	return z;
}

static struct zone *fixed(int32_t east)
{
	struct zone *z = malloc(sizeof *z + sizeof *z->change);

	if (!z)
		return NULL;
	z->n = 1;
	z->change[0] = (struct change){ 0, east };
	return z;
}

// "+02:00" and its like, "+2", "UTC".
static bool read_offset(const char *s, int32_t *east)
{
	char padded[] = "+00";

	*east = 0;
	if (!strcmp(s, "UTC") || !strcmp(s, "GMT"))
		return true;
	if ((*s == '+' || *s == '-') && strlen(s) == 2) {
		padded[0] = s[0];
		padded[2] = s[1];
		s = padded;
	}
	return calendar_offset(&s, east) && !*s;
}

// True if it is a file of zone data (RFC 9636): beside those stand folders,
// tables and a leap second list.
static bool exists(const char *name)
{
	const char *folder = getenv("TZDIR");
	char path[256], magic[4];
	struct stat st;
	FILE *file;
	bool fine;
	int n = snprintf(path, sizeof path, "%s/%s",
			 folder ? folder : "/usr/share/zoneinfo", name);

	if (!*name || strstr(name, "..") || n >= (int)sizeof path ||
	    stat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	file = fopen(path, "r");
	fine = file && fread(magic, 1, sizeof magic, file) == sizeof magic &&
	       !memcmp(magic, "TZif", sizeof magic);
	if (file)
		fclose(file);
	return fine;
}

struct zone *zone_named(const char *name)
{
	const char *now = getenv("TZ");
	char *before = now ? strdup(now) : NULL;
	struct zone *z = NULL;
	int32_t east;

	if (read_offset(name, &east)) {
		z = fixed(east);
	} else if (!exists(name)) {
		free(before);
		errno = EINVAL;
		return NULL;
	} else if ((!now || before) && !setenv("TZ", name, 1)) {
		z = zone_local();
		if (before)
			setenv("TZ", before, 1);
		else
			unsetenv("TZ");
		tzset();
	}
	free(before);
	if (!z)
		errno = ENOMEM;
	return z;
}

void zone_free(struct zone *z)
{
	free(z);
}

int32_t zone_east(const struct zone *z, int64_t seconds)
{
	size_t low = 0, high = z ? z->n : 0;

	if (!z)
		return 0;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (z->change[middle].from <= seconds)
			low = middle;
		else
			high = middle;
	}
	return z->change[low].east;
}

int32_t zone_east_shown(const struct zone *z, int64_t shown)
{
	int32_t near = zone_east(z, shown);

	return zone_east(z, shown - near);
}

int64_t zone_of_day(const struct zone *z, int64_t t)
{
	uint32_t ns;
	int64_t s = calendar_split(t, &ns);

	s += zone_east(z, s);
	s = (s % CALENDAR_DAY + CALENDAR_DAY) % CALENDAR_DAY;
	return s * SECOND + ns;
}
