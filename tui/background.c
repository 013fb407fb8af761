#include "background.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { ANSWER = 512, ANSWER_MS = 200 };

static const char question[] = "\033]11;?\033\\\033[c";

// A colour of one to four hexadecimal digits, as a part of 255; -1: none. *s is
// moved behind it and what parts it from the next.
static int channel(const char **s)
{
	char *end;
	unsigned long v = strtoul(*s, &end, 16);
	size_t digits = (size_t)(end - *s);
	unsigned long most = digits > 0 && digits < 5
				 ? (1UL << 4 * digits) - 1
				 : 0;

	if (!most)
		return -1;
	*s = *end == '/' ? end + 1 : end;
	return (int)(v * 255 / most);
}

// By how bright the eye finds it (ITU-R BT.601).
static enum background judge(const char *rgb)
{
	int r, g, b;

	r = channel(&rgb);
	g = channel(&rgb);
	b = channel(&rgb);
	if (r < 0 || g < 0 || b < 0)
		return BACKGROUND_UNKNOWN;
	return r * 299 + g * 587 + b * 114 > 127 * 1000 ? BACKGROUND_LIGHT
							: BACKGROUND_DARK;
}

// Where the answer that begins at s ends: behind ST or BEL, or behind DA's 'c';
// NULL: not there yet.
static const char *behind(const char *s, const char *end)
{
	bool osc = s[1] == ']';

	for (s += 2; s < end; s++) {
		if (osc && *s == '\a')
			return s + 1;
		if (osc && *s == '\033' && s + 1 < end && s[1] == '\\')
			return s + 2;
		if (!osc && *s == 'c')
			return s + 1;
	}
	return NULL;
}

static bool begins(const char *s, const char *end, const char *with)
{
	size_t n = strlen(with);

	return (size_t)(end - s) >= n && !memcmp(s, with, n);
}

enum background background_read(const char *s, size_t n, struct typed *typed,
				bool *over)
{
	enum background ground = BACKGROUND_UNKNOWN;
	const char *end = s + n, *next;

	*over = false;
	typed->n = 0;
	while (s < end) {
		bool osc = begins(s, end, "\033]11;rgb:");
		bool da = begins(s, end, "\033[?");

		next = osc || da ? behind(s, end) : s + 1;
		if (!next)
			break;
		if (osc)
			ground = judge(s + strlen("\033]11;rgb:"));
		else if (!da && typed->n < TYPED)
			typed->bytes[typed->n++] = *s;
		*over |= da;
		s = next;
	}
	return ground;
}

// Consoles and terminals of another age answer nothing, or print the question.
static bool can_be_asked(void)
{
	static const char *const kinds[] = { "xterm", "screen", "tmux", "rxvt",
					     "foot",  "kitty",  "alacritty",
					     "wezterm" };
	const char *term = getenv("TERM");

	for (size_t i = 0; term && i < sizeof kinds / sizeof *kinds; i++) {
		if (!strncmp(term, kinds[i], strlen(kinds[i])))
			return true;
	}
	return false;
}

// Reads until the terminal has answered, or the time is up.
static enum background answer(int fd, struct typed *typed)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	enum background ground = BACKGROUND_UNKNOWN;
	char s[ANSWER + 1];
	size_t have = 0;
	bool over = false;

	while (!over && have < ANSWER && poll(&p, 1, ANSWER_MS) > 0) {
		ssize_t n = read(fd, s + have, ANSWER - have);

		if (n <= 0)
			break;
		have += (size_t)n;
		s[have] = '\0';
		ground = background_read(s, have, typed, &over);
	}
	return ground;
}

enum background background_ask(int fd, struct typed *typed)
{
	struct termios before, raw;
	enum background ground = BACKGROUND_UNKNOWN;

	typed->n = 0;
	if (!can_be_asked() || tcgetattr(fd, &before))
		return ground;
	raw = before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = 0;
	if (tcsetattr(fd, TCSANOW, &raw))
		return ground;
	if (write(fd, question, sizeof question - 1) ==
	    (ssize_t)sizeof question - 1)
		ground = answer(fd, typed);
	tcsetattr(fd, TCSANOW, &before);
	return ground;
}
