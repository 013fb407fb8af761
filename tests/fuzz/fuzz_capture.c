// libFuzzer: any bytes as a capture file. Beyond not crashing: frames lie
// within memory that may be read, numbers rise, times stay within the limit,
// and the same file named twice gives every frame twice, in merged order.
#define _GNU_SOURCE
#include "read/capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void demand(int ok)
{
	if (!ok)
		abort();
}

static void look(const struct frame *f, const char *comment)
{
	const int64_t limit = INT64_C(1) << 62;
	volatile uint8_t byte = 0; // or the reading may be left out
	for (uint32_t i = 0; i < f->cap_len; i++)
		byte = f->data[i];
	demand(!comment || strlen(comment) <= 1000);
	(void)byte;
	demand(f->time > -limit && f->time < limit);
}

// The number of frames in n inputs.
static uint64_t read_all(const char *const *files, size_t n)
{
	char err[CAPTURE_ERROR];
	struct frame f;
	uint64_t last[2] = { 0 }, frames = 0;
	struct capture *c = capture_open(files, n, err);
	if (!c)
		return 0;
	while (capture_next(c, &f)) {
		uint32_t file = frame_file(f.id);
		look(&f, capture_comment(c));
		demand(file < n && frame_number(f.id) > last[file]);
		last[file] = frame_number(f.id);
		frames++;
	}
	demand(frames == capture_frames(c));
	for (size_t i = 0; capture_broken(c, i); i++)
		demand(strlen(capture_broken(c, i)) < CAPTURE_ERROR);
	(void)capture_drops(c);
	capture_close(c);
	return frames;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char name[64];
	const char *const files[] = { name, name };
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	uint64_t once = read_all(files, 1);
	demand(read_all(files, 2) == 2 * once);
	close(fd);
	return 0;
}
