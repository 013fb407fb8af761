#include "query/where_value.h"

#include "base/calendar.h"
#include "base/nanoseconds.h"

#include <string.h>

enum { DIGITS_NS = 9 };

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

// Takes the fraction of a second behind *s; *unit becomes its last digit's.
static int64_t fraction(const char **s, int64_t *unit)
{
	int64_t ns = 0;

	*unit = SECOND;
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
	*unit = MINUTE;
	if (skip(s, ':')) {
		sec = digits(s, 2);
		if (sec < 0 || sec > 60)
			return -1;
		ns = fraction(s, unit);
	}
	return h * HOUR + m * MINUTE + sec * SECOND + ns;
}

// Takes YYYY-MM-DD off *s, a day that exists; *at becomes its begin.
static bool date(const char **s, int64_t *at)
{
	struct date d = { .year = digits(s, 4) };

	if (d.year < 0 || !skip(s, '-'))
		return false;
	d.month = (unsigned)digits(s, 2);
	if (!skip(s, '-'))
		return false;
	d.day = (unsigned)digits(s, 2);
	if (!calendar_exists(&d))
		return false;
	*at = calendar_seconds(&d) * SECOND;
	return true;
}

enum where_clock where_time_parse(const char *s, int64_t *from, int64_t *to)
{
	int64_t at, of_day = 0, unit = DAY;
	enum where_clock kind = CLOCK_DATE;
	int32_t east = 0;

	if (strlen(s) > 2 && s[2] == ':') {
		of_day = clock_time(&s, &unit);
		*from = of_day;
		*to = of_day + unit - 1;
		return of_day < 0 || *s ? CLOCK_NONE : CLOCK_DAY;
	}
	if (!date(&s, &at))
		return CLOCK_NONE;
	if (skip(&s, 'T') || skip(&s, 't') || skip(&s, ' ') || skip(&s, '_'))
		of_day = clock_time(&s, &unit);
	if (calendar_offset(&s, &east))
		kind = CLOCK_ZONED;
	*from = at + of_day - east * SECOND;
	*to = *from + unit - 1;
	return of_day < 0 || *s ? CLOCK_NONE : kind;
}
