#include "query/where_value.h"

#include <string.h>

enum { DIGITS_NS = 9 };

static const int64_t second = 1000000000, minute = 60 * second,
		     hour = 60 * minute, day = 24 * hour;

// Takes exactly n digits off *s; -1 if they aren't there.
static int64_t digits(const char **s, size_t n)
{
	int64_t v = 0;

	for (size_t i = 0; i < n; i++) {
		if ((*s)[i] < '0' || (*s)[i] > '9')
			return -1;
		v = v * 10 + ((*s)[i] - '0');
	}
	*s += n;
	return v;
}

static bool skip(const char **s, char c)
{
	if (**s != c)
		return false;
	++*s;
	return true;
}

// Days since 1970-01-01 in the Gregorian calendar.
static int64_t days(int64_t y, int64_t m, int64_t d)
{
	int64_t era, year, of_year;

	y -= m <= 2;
	era = y / 400;
	year = y - era * 400;
	of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + year * 365 + year / 4 - year / 100 + of_year -
	       719468;
}

// Takes the fraction of a second behind *s; *unit becomes its last digit's.
static int64_t fraction(const char **s, int64_t *unit)
{
	int64_t ns = 0;

	*unit = second;
	if (!skip(s, '.'))
		return 0;
	for (size_t i = 0; i < DIGITS_NS && **s >= '0' && **s <= '9'; i++) {
		*unit /= 10;
		ns += (*(*s)++ - '0') * *unit;
	}
	return ns;
}

// Takes HH:MM[:SS[.F]] off *s; -1 if it isn't there.
static int64_t clock_time(const char **s, int64_t *unit)
{
	int64_t h = digits(s, 2), m, sec = 0, ns = 0;

	if (h < 0 || h > 23 || !skip(s, ':'))
		return -1;
	m = digits(s, 2);
	if (m < 0 || m > 59)
		return -1;
	*unit = minute;
	if (skip(s, ':')) {
		sec = digits(s, 2);
		if (sec < 0 || sec > 60)
			return -1;
		ns = fraction(s, unit);
	}
	return h * hour + m * minute + sec * second + ns;
}

// Takes Z, +HH:MM or +HHMM off *s into *east; false if no zone is there.
static bool zone(const char **s, int64_t *east)
{
	bool west = **s == '-';
	int64_t h, m;

	*east = 0;
	if (skip(s, 'Z') || skip(s, 'z'))
		return true;
	if (!skip(s, '+') && !skip(s, '-'))
		return false;
	h = digits(s, 2);
	skip(s, ':');
	m = digits(s, 2);
	if (h < 0 || m < 0)
		return false;
	*east = (west ? -1 : 1) * (h * hour + m * minute);
	return true;
}

enum where_clock where_time_parse(const char *s, int64_t *from, int64_t *to)
{
	int64_t y, m, d, of_day = 0, unit = day, east = 0;
	enum where_clock kind = CLOCK_DATE;

	if (strlen(s) > 2 && s[2] == ':') {
		of_day = clock_time(&s, &unit);
		*from = of_day;
		*to = of_day + unit - 1;
		return of_day < 0 || *s ? CLOCK_NONE : CLOCK_DAY;
	}
	y = digits(&s, 4);
	if (y < 1970 || y > 2200 || !skip(&s, '-'))
		return CLOCK_NONE;
	m = digits(&s, 2);
	if (m < 1 || m > 12 || !skip(&s, '-'))
		return CLOCK_NONE;
	d = digits(&s, 2);
	if (d < 1 || d > 31)
		return CLOCK_NONE;
	if (skip(&s, 'T') || skip(&s, 't') || skip(&s, ' ') || skip(&s, '_'))
		of_day = clock_time(&s, &unit);
	if (zone(&s, &east))
		kind = CLOCK_ZONED;
	*from = days(y, m, d) * day + of_day - east;
	*to = *from + unit - 1;
	return of_day < 0 || *s ? CLOCK_NONE : kind;
}
