#include "cli/report_output.h"

#include "base/output.h"
#include "cli/message.h"
#include "cli/status.h"

static struct output file;

bool report_output_open(const char *path)
{
	char err[OUTPUT_ERROR];
	bool open = output_open(&file, path, err);

	if (!open)
		complain("%s", err);
	return open;
}

bool report_output_guard(void)
{
	char err[OUTPUT_ERROR];
	bool guarded = output_guard(&file, err);

	if (!guarded)
		complain("%s", err);
	return guarded;
}

FILE *report_output(void)
{
	return file.to;
}

int report_output_close(int status)
{
	char err[OUTPUT_ERROR];
	bool keep = status == ANALYSED || status == BROKEN_OFF;

	if (output_close(&file, keep, err))
		return status;
	if (*err)
		complain("%s", err);
	return NOT_WRITTEN;
}
