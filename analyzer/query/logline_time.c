#include "query/logline_time.h"

#include "base/calendar.h"
#include "base/nanoseconds.h"
#include "base/words.h"

#include <stdio.h>
#include <string.h>

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
	struct date date;
	int64_t fraction, unit, epoch; // of a second in ns; seconds
	int32_t east;                  // seconds
	bool zoned, yearless, afternoon, noon_told;
};

// What a form makes of a text.
enum reading { NO_TIME, NO_SUCH_TIME, A_TIME };

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

static bool two_digits(const char **s, unsigned *out)
{
	int64_t n = 0;
	bool fine = digits(s, 2, &n);

	*out = (unsigned)n;
	return fine;
}

// One digit or two.
static bool number(const char **s, unsigned *out)
{
	if (**s < '0' || **s > '9')
		return false;
	*out = (unsigned)(*(*s)++ - '0');
	if (**s >= '0' && **s <= '9')
		*out = *out * 10 + (unsigned)(*(*s)++ - '0');
	return true;
}

static bool name(const char **s, const char *names, unsigned *out)
{
	for (size_t i = 0; names[3 * i]; i++) {
		if (word_same(*s, names + 3 * i, 3)) {
			*out = (unsigned)i + 1;
			*s += 3;
			return true;
		}
	}
	return false;
}

static bool is_letter(char c)
{
	return word_lower(c) >= 'a' && word_lower(c) <= 'z';
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

	if (word_same(p, "UTC", 3) || word_same(p, "GMT", 3))
		p += 3;
	else if (is_letter(*p) && (*p != 'Z' || is_letter(p[1])))
		return;
	else if (!calendar_offset(&p, &t->east))
		return;
	t->zoned = true;
	*s = p;
}

static bool noon(const char **s, struct stamp *t)
{
	t->noon_told = true;
	t->afternoon = word_same(*s, "PM", 2);
	if (!t->afternoon && !word_same(*s, "AM", 2))
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
	bool ok = digits(s, 2, &t->date.year);

	t->date.year += 2000;
	return ok;
}

// Takes what one letter of a form stands for off *s.
static bool piece(char letter, const char **s, struct stamp *t)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	static const char days[] = "MonTueWedThuFriSatSun";
	unsigned any;

	switch (letter) {
	case 'Y':
		return digits(s, 4, &t->date.year);
	case 'y':
		return short_year(s, t);
	case 'm':
		return two_digits(s, &t->date.month);
	case 'b':
		return name(s, months, &t->date.month);
	case 'a':
		return name(s, days, &any);
	case 'd':
		return number(s, &t->date.day);
	case 'H':
		return number(s, &t->date.hour);
	case 'M':
		return two_digits(s, &t->date.minute);
	case 'S':
		return two_digits(s, &t->date.second);
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

// A year for those that have none, a leap year: see log_time_year().
enum { ANY_YEAR = 2000 };

static enum reading read_form(const char *form, const char *s, struct stamp *t,
			      const char **end)
{
	*t =
	    (struct stamp){ .unit = SECOND, .yearless = !strpbrk(form, "Yye") };
	if (t->yearless)
		t->date.year = ANY_YEAR;
	for (; *form; form++) {
		if (!piece(*form, &s, t))
			return NO_TIME;
	}
	*end = s;
	if (*s >= '0' && *s <= '9')
		return NO_TIME;
	return t->epoch || calendar_exists(&t->date) ? A_TIME : NO_SUCH_TIME;
}

static int64_t seconds_of(const struct stamp *t)
{
	struct date d = t->date;

	if (t->epoch)
		return t->epoch;
	if (t->noon_told)
		d.hour = d.hour % 12 + (t->afternoon ? 12 : 0);
	return calendar_seconds(&d) - t->east;
}

static bool inside_word(const char *line, const char *s)
{
	char before = s > line ? s[-1] : ' ';

	return (before >= '0' && before <= '9') || before == '.' ||
	       is_letter(before);
}

// The first form that has the text at s as its own.
static enum reading read_forms(const char *s, struct stamp *t, const char **end)
{
	enum reading best = NO_TIME;

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		const char *behind;
		enum reading r = read_form(forms[i], s, t, &behind);

		if (r > best) {
			best = r;
			*end = behind;
		}
		if (r == A_TIME)
			break;
	}
	return best;
}

bool logline_time(const char *line, struct log_time *out, const char **begin,
		  const char **end)
{
	for (const char *s = line; *s; s++) {
		enum reading r = NO_TIME;
		struct stamp t;

		if (!inside_word(line, s))
			r = read_forms(s, &t, end);
		if (r == NO_SUCH_TIME && !*out->impossible)
			snprintf(out->impossible, sizeof out->impossible,
				 "%.*s", (int)(*end - s), s);
		if (r != A_TIME)
			continue;
		*begin = s;
		*out->impossible = '\0';
		out->timed = true;
		out->zoned = t.zoned;
		out->yearless = t.yearless;
		out->time = seconds_of(&t) * SECOND + t.fraction;
		out->unit = t.unit;
		return true;
	}
	return false;
}

void log_time_zone(struct log_time *l, const struct zone *zone)
{
	if (!l->timed || l->zoned)
		return;
	l->east = zone_east_shown(zone, l->time / SECOND);
	l->time -= l->east * SECOND;
}

// 29 February has its nearest year as many as eight years away.
void log_time_year(struct log_time *l, int64_t when)
{
	uint32_t ns;
	struct date d = calendar_date(calendar_split(l->time, &ns));
	int64_t year = calendar_date(calendar_split(when, &ns)).year;
	int64_t best = l->time, least = INT64_MAX;

	if (!l->timed || !l->yearless)
		return;
	for (d.year = year - 8; d.year <= year + 8; d.year++) {
		int64_t t, apart;

		if (!calendar_exists(&d))
			continue;
		t = calendar_seconds(&d) * SECOND + l->time % SECOND;
		apart = t > when ? t - when : when - t;
		if (apart < least) {
			least = apart;
			best = t;
		}
	}
	l->time = best;
	l->yearless = false;
}
