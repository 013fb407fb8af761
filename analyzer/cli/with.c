#include "cli/with.h"

#include "base/printable.h"
#include "cli/message.h"
#include "cli/status.h"
#include "read/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE = 16384 }; // bytes of a line that are looked at together

static bool is_side(const char *word, size_t n, enum side side)
{
	return strlen(side_name(side)) == n &&
	       !memcmp(side_name(side), word, n);
}

const char *with_name(const char *argument, struct records_host *host)
{
	const char *equals = strchr(argument, '=');
	size_t n = equals ? (size_t)(equals - argument) : 0;

	*host = (struct records_host){ .side = NOBODY };
	if (is_side(argument, n, CLIENT))
		host->side = CLIENT;
	else if (is_side(argument, n, SERVER))
		host->side = SERVER;
	else
		host->has_addr = addr_parse(argument, n, &host->addr);
	if (host->side == NOBODY && !host->has_addr)
		return argument;
	return equals + 1;
}

static int open_file(struct with_file *f, const struct settings *s, size_t i)
{
	const char *path = with_name(s->with[i], &f->host);

	// A name may hold an address.
	if (s->anonymize)
		snprintf(f->name, sizeof f->name, "records %zu", i + 1);
	else
		printable_copy(f->name, sizeof f->name, path, strlen(path), 0);
	f->fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC)
				  : dup(STDIN_FILENO);
	if (f->fd >= 0)
		return ANALYSED;
	complain("%s: %s", path, strerror(errno));
	return NOT_READ;
}

int with_open(struct with *w, const struct settings *s)
{
	int status = ANALYSED;

	if (!s->with_count)
		return ANALYSED;
	if (s->with_count > RECORDS_FILES) {
		complain("--with: %d files at most", (int)RECORDS_FILES);
		return WRONG_USAGE;
	}
	w->records = records_new();
	w->file = calloc(s->with_count, sizeof *w->file);
	if (!w->records || !w->file)
		return complain_memory();
	for (size_t i = 0; i < s->with_count && status == ANALYSED; i++)
		status = open_file(&w->file[w->files++], s, i);
	return status;
}

// Hands over line after line. False: no memory.
static bool read_lines(struct records *r, struct input *in)
{
	char line[LINE + 1];
	bool room = true;

	while (room && input_want(in, 1)) {
		size_t n = in->have < LINE ? in->have : LINE;
		const uint8_t *newline = memchr(in->at, '\n', n);

		if (!newline && n < LINE && input_want(in, in->have + 1))
			continue;
		n = newline ? (size_t)(newline - in->at) : n;
		memcpy(line, in->at, n);
		line[n] = '\0';
		room = records_line(r, line);
		input_take(in, n + (newline != NULL));
	}
	return room;
}

static int read_file(struct with *w, const struct with_file *f)
{
	struct input_fd from = { .fd = f->fd, .stop = -1, .waits = true };
	const struct records_sum *sum;
	struct input in = { 0 };
	bool room;

	if (!records_file(w->records, f->name, &f->host))
		return WRONG_USAGE;
	if (!input_open(&in, &from)) {
		complain("%s: %s", f->name, in.error);
		return read_error_is_memory(in.error) ? NOT_WRITTEN : NOT_READ;
	}
	room = read_lines(w->records, &in);
	if (*in.error)
		complain("%s: %s", f->name, in.error);
	room &= !read_error_is_memory(in.error);
	sum = records_sum(w->records, records_files(w->records) - 1);
	if (room && !sum->known)
		complain("%s: no line of a kind that --with knows "
			 "(tcpwhy record prints what makes such files)",
			 f->name);
	input_close(&in);
	if (!room)
		return complain_memory();
	return *in.error ? BROKEN_OFF : ANALYSED;
}

int with_read(struct with *w)
{
	int status, broken = ANALYSED;

	for (size_t i = 0; i < w->files; i++) {
		status = read_file(w, &w->file[i]);
		if (status != ANALYSED && status != BROKEN_OFF)
			return status;
		broken = status == BROKEN_OFF ? status : broken;
	}
	return broken;
}

static void tell(const struct records_sum *s)
{
	if (!s->records)
		return;
	complain("%s: %llu of %llu records joined with connections of the "
		 "capture%s; they settled %llu",
		 s->name, (unsigned long long)s->joined,
		 (unsigned long long)s->records,
		 !s->timed ? " (other addresses, ports or times)"
		 : s->weak ? " (only one tells how far the clocks are apart: "
			     "nothing is certain by it)"
			   : "",
		 (unsigned long long)s->settled);
}

int with_settle(struct with *w, const struct analysis *a)
{
	if (!w->records)
		return ANALYSED;
	if (!records_settle(w->records, a))
		return complain_memory();
	for (size_t i = 0; i < records_files(w->records); i++)
		tell(records_sum(w->records, i));
	return ANALYSED;
}

void with_close(struct with *w)
{
	for (size_t i = 0; i < w->files; i++)
		if (w->file[i].fd >= 0)
			close(w->file[i].fd);
	free(w->file);
	records_free(w->records);
}
