#include "cli/report_output.h"

#include "base/output.h"
#include "cli/message.h"
#include "cli/status.h"

static struct output file[OUTPUTS];
static size_t files;

// Nothing of what was written stays.
static bool close_all(void)
{
	char ignored[OUTPUT_ERROR];

	while (files)
		output_close(&file[--files], false, ignored);
	return false;
}

bool report_output_open(const struct target *t, size_t n)
{
	char err[OUTPUT_ERROR];

	for (files = 0; files < n; files++) {
		if (output_open(&file[files], t[files].path, err))
			continue;
		complain("%s", err);
		return close_all();
	}
	return true;
}

bool report_output_guard(void)
{
	char err[OUTPUT_ERROR];

	for (size_t i = 0; i < files; i++) {
		if (output_guard(&file[i], err))
			continue;
		complain("%s", err);
		file[i] = file[--files]; // that one is closed
		return close_all();
	}
	return true;
}

FILE *report_output(size_t i)
{
	return file[i].to;
}

int report_output_close(int status)
{
	bool keep = status_is_whole(status);
	char err[OUTPUT_ERROR];

	for (size_t i = 0; i < files; i++) {
		if (output_close(&file[i], keep, err))
			continue;
		if (*err)
			complain("%s", err);
		status = NOT_WRITTEN;
	}
	files = 0;
	return status;
}
