#include "cli/look.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/message.h"

enum { WIDTH = 100, WIDTH_LEAST = 60 };

static unsigned terminal_width(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) || !size.ws_col)
		return WIDTH;
	return size.ws_col < WIDTH_LEAST ? WIDTH_LEAST : size.ws_col;
}

// no-color.org: set to anything but nothing.
static bool color_welcome(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no && *no) && !(term && !strcmp(term, "dumb"));
}

void look(struct report *r, const struct settings *s, FILE *to)
{
	bool terminal = isatty(fileno(to));

	r->all = s->all;
	r->utf8 = message_utf8();
	r->width = terminal ? terminal_width(fileno(to)) : WIDTH;
	r->color = s->color == ALWAYS ||
		   (s->color == AUTO && terminal && color_welcome());
}
