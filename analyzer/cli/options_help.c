#include "cli/options_help.h"

#include "base/version.h"
#include "cli/sandbox.h"
#include "read/capture.h"
#include "read/unpack.h"
#include "report/report.h"

#include <stdio.h>
#include <string.h>

static void put_help_row(const struct option_row *row)
{
	char left[40];

	snprintf(left, sizeof left, "%c%c%c --%s%s%s", row->letter ? '-' : ' ',
		 row->letter ? row->letter : ' ', row->letter ? ',' : ' ',
		 row->name, row->argument ? " " : "",
		 row->argument ? row->argument : "");
	printf("  %-23s %s\n", left, row->help);
}

void options_help(const struct option_row *rows, size_t n)
{
	puts("Usage: tcpwhy [OPTION]... FILE...\n"
	     "       tcpwhy explain [VERDICT]\n"
	     "       tcpwhy record\n"
	     "Explains why each TCP connection in the captures ended.\n"
	     "\n"
	     "  tcpwhy capture.pcap                 what ended how, and why\n"
	     "  tcpwhy -n 12 capture.pcap           connection 12, packet by "
	     "packet\n"
	     "  tcpwhy -c ring*.pcap > why.csv      a table; several files are "
	     "one capture\n"
	     "  tcpwhy --log 'LINE' capture.pcap    which connection a log "
	     "line is about\n"
	     "  tcpwhy explain reset_unread_data    what a verdict means\n"
	     "  tcpwhy record                       commands that collect "
	     "what --with reads\n"
	     "\n"
	     "FILE '-' is standard input. Options:\n");
	for (size_t i = 0; i < n; i++) {
		if (rows[i].help)
			put_help_row(&rows[i]);
	}
	puts("\n"
	     "Exit status: 0 analysed; 1 the report could not be written; "
	     "2 wrong usage;\n"
	     "3 an input could not be read; 4 an input broke off: what was "
	     "read is reported;\n"
	     "5 --fail-on matched.");
}

// What it unpacks; and what it would, had its library been there.
static void put_unpackers(void)
{
	const char *before = "";

	for (int missing = 0; missing < 2; missing++) {
		const char *begin =
		    missing ? "\nbuilt without: " : "unpacks: ";

		for (size_t i = 0; codec_at(i); i++) {
			const char *name = codec_name(codec_at(i));

			if (codec_missing(codec_at(i)) != missing ||
			    !strcmp(name, before))
				continue;
			printf("%s%s", begin, name);
			begin = ", ";
			before = name;
		}
	}
	putchar('\n');
}

void options_version(void)
{
	char sandbox[128];

	printf("tcpwhy %s\n%s\nlibcsv %s\njson-c %s\n", TCPWHY_VERSION,
	       capture_library(), report_csv_library(), report_json_library());
	printf("sandbox: %s\n", sandbox_describe(sandbox, sizeof sandbox));
	put_unpackers();
}
