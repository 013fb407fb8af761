#include "query/logline_time.h"

#include "query/where_field.h"

#include <string.h>

static const int64_t second = 1000000000;

// Y m d H M S: digits, y two of a year in this century; b a month's name, a a
// day's; f a fraction, or nothing; Z a zone, or nothing; P AM or PM; e seconds
// since 1970, s a blank or more; anything else stands for itself. Forms that
// say more stand before those that are part of them.
static const char *const forms[] = {
	"Y-m-dTH:M:SfZ",    // RFC 3339: Envoy, MySQL, journald, Node, Go's slog
	"Y-m-dsH:M:SfZ",    // PostgreSQL, Java's logging, Python's
	"Y/m/dsH:M:SfZ",    // nginx's error log, Go's log
	"d/b/Y:H:M:SfZ",    // access logs of Apache and nginx, HAProxy
	"asbsdsH:M:SfsYZ",  // Apache's error log
	"asbsdsH:M:SfsZsY", // date(1)
	"a,sdsbsYsH:M:SfZ", // RFC 1123
	"bsd,sYsH:M:SfsPZ", // java.util.logging
	"bsdsYsH:M:SfZ",    // ctime with the year in the middle
	"bsdsH:M:Sf",       // syslog: sshd, HAProxy, the journal
	"ymdsH:M:Sf",       // older MySQL
	"ef",               // seconds since 1970
};

struct stamp {
	int64_t year, month, day, hour, minute, second, fraction, unit, epoch;
	int64_t east; // seconds
	bool zoned, yearless, afternoon, noon_told;
};

static bool digits(const char **s, size_t n, int64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++, ++*s) {
		if (**s < '0' || **s > '9')
			return false;
		*out = *out * 10 + (**s - '0');
	}
	return true;
}

// One digit or two.
static bool number(const char **s, int64_t *out)
{
	if (!digits(s, 1, out))
		return false;
	if (**s >= '0' && **s <= '9') {
		*out = *out * 10 + (**s - '0');
		++*s;
	}
	return true;
}

static bool name(const char **s, const char *names, int64_t *out)
{
	for (size_t i = 0; names[3 * i]; i++) {
		if (where_same(*s, names + 3 * i, 3)) {
			*out = (int64_t)i + 1;
			*s += 3;
			return true;
		}
	}
	return false;
}

static bool is_letter(char c)
{
	return where_lower(c) >= 'a' && where_lower(c) <= 'z';
}

// "." or "," and digits, those beyond nanoseconds dropped.
static void fraction(const char **s, struct stamp *t)
{
	const char *p = *s + 1;

	if ((**s != '.' && **s != ',') || *p < '0' || *p > '9')
		return;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (t->unit == 1)
			continue;
		t->unit /= 10;
		t->fraction += (*p - '0') * t->unit;
	}
	*s = p;
}

static void zone(const char **s, struct stamp *t)
{
	const char *p = *s + strspn(*s, " ");
	int64_t sign = *p == '-' ? -1 : 1, hours, minutes = 0;

	if (where_same(p, "UTC", 3) || where_same(p, "GMT", 3)) {
		p += 3;
	} else if (*p == 'Z' && !is_letter(p[1])) {
		p++;
	} else if (*p == '+' || *p == '-') {
		p++;
		if (!digits(&p, 2, &hours))
			return;
		p += *p == ':';
		if (*p >= '0' && *p <= '9' && !digits(&p, 2, &minutes))
			return;
		t->east = sign * (hours * 3600 + minutes * 60);
	} else {
		return;
	}
	t->zoned = true;
	*s = p;
}

static bool noon(const char **s, struct stamp *t)
{
	t->noon_told = true;
	t->afternoon = where_same(*s, "PM", 2);
	if (!t->afternoon && !where_same(*s, "AM", 2))
		return false;
	*s += 2;
	return true;
}

static bool blanks(const char **s)
{
	size_t n = strspn(*s, " \t");

	*s += n;
	return n > 0;
}

static bool epoch(const char **s, struct stamp *t)
{
	t->zoned = true;
	return digits(s, 10, &t->epoch) && t->epoch >= 1000000000;
}

static bool short_year(const char **s, struct stamp *t)
{
	bool ok = digits(s, 2, &t->year);

	t->year += 2000;
	return ok;
}

// Takes what one letter of a form stands for off *s.
static bool piece(char letter, const char **s, struct stamp *t)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	static const char days[] = "MonTueWedThuFriSatSun";
	int64_t any;

	switch (letter) {
	case 'Y':
		return digits(s, 4, &t->year);
	case 'y':
		return short_year(s, t);
	case 'm':
		return digits(s, 2, &t->month);
	case 'b':
		return name(s, months, &t->month);
	case 'a':
		return name(s, days, &any);
	case 'd':
		return number(s, &t->day);
	case 'H':
		return number(s, &t->hour);
	case 'M':
		return digits(s, 2, &t->minute);
	case 'S':
		return digits(s, 2, &t->second);
	case 'f':
		fraction(s, t);
		return true;
	case 'Z':
		zone(s, t);
		return true;
	case 'P':
		return noon(s, t);
	case 's':
		return blanks(s);
	case 'e':
		return epoch(s, t);
	default:
		return *(*s)++ == letter;
	}
}

static bool sensible(const struct stamp *t, const char *end)
{
	if (*end >= '0' && *end <= '9')
		return false;
	if (t->epoch)
		return true;
	return t->month >= 1 && t->month <= 12 && t->day >= 1 && t->day <= 31 &&
	       t->hour <= 23 && t->minute <= 59 && t->second <= 60;
}

static bool read_form(const char *form, const char *s, struct stamp *t,
		      const char **end)
{
	*t =
	    (struct stamp){ .unit = second, .yearless = !strpbrk(form, "Yye") };
	for (; *form; form++) {
		if (!piece(*form, &s, t))
			return false;
	}
	*end = s;
	return sensible(t, s);
}

// Days since 1970 in the proleptic Gregorian calendar.
static int64_t days_of(int64_t y, int64_t m, int64_t d)
{
	int64_t shifted = y - (m <= 2), era, yoe, doy;

	era = shifted / 400;
	yoe = shifted - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int64_t seconds_of(const struct stamp *t)
{
	int64_t hour = t->hour;

	if (t->epoch)
		return t->epoch;
	if (t->noon_told)
		hour = hour % 12 + (t->afternoon ? 12 : 0);
	// A year for those that have none, a leap year: see logline_year().
	return days_of(t->yearless ? 2000 : t->year, t->month, t->day) * 86400 +
	       hour * 3600 + t->minute * 60 + t->second - t->east;
}

static bool inside_word(const char *line, const char *s)
{
	char before = s > line ? s[-1] : ' ';

	return (before >= '0' && before <= '9') || before == '.' ||
	       is_letter(before);
}

bool logline_time(const char *line, struct logline *out, const char **begin,
		  const char **end)
{
	struct stamp t;

	for (const char *s = line; *s; s++) {
		if (inside_word(line, s))
			continue;
		for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
			if (!read_form(forms[i], s, &t, end))
				continue;
			*begin = s;
			out->timed = true;
			out->zoned = t.zoned;
			out->yearless = t.yearless;
			out->time = seconds_of(&t) * second + t.fraction;
			out->unit = t.unit;
			return true;
		}
	}
	return false;
}

void logline_zone(struct logline *l, int32_t utc_offset)
{
	if (l->timed && !l->zoned)
		l->time -= utc_offset * second;
}

// Moves a time of the year 2000 into the one before, of, or after when.
void logline_year(struct logline *l, int64_t when)
{
	static const int64_t day = 86400;
	int64_t year = 1970 + when / second / (day * 365 + day / 4);
	int64_t rest = l->time - days_of(2000, 1, 1) * day * second;
	bool past_february = rest >= 59 * day * second;
	int64_t best = l->time, least = INT64_MAX;

	if (!l->timed || !l->yearless)
		return;
	for (int64_t y = year - 1; y <= year + 1; y++) {
		bool leap = days_of(y + 1, 1, 1) - days_of(y, 1, 1) == 366;
		int64_t t = days_of(y, 1, 1) * day * second + rest;
		int64_t apart;

		if (past_february && !leap)
			t -= day * second;
		apart = t > when ? t - when : when - t;
		if (apart < least) {
			least = apart;
			best = t;
		}
	}
	l->time = best;
	l->yearless = false;
}
