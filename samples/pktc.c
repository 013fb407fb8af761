// pktc: compiles a script of segments to a capture file.
//
//   pktc.c        the command
//   pkt_script.c  the lines that say where and between whom
//   pkt_event.c   the lines that put a frame into the capture
//   pkt_conn.c    what the stacks fill in
//   pkt_options.c TCP options
//   pkt_build.c   IP, TCP, UDP, ICMP and ARP
//   pkt_link.c    link types
//   pkt_file.c    pcap and pcapng
//   pkt_words.c   words, numbers, addresses, times
//   pkt_buf.c     bytes
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pkt_script.h"

// Reads the whole script before it writes a byte of the capture.
static bool compile(const char *name, FILE *in, struct pkt_script *s)
{
	char line[2048];
	unsigned long number = 0;

	while (fgets(line, sizeof(line), in)) {
		number++;
		if (!strchr(line, '\n') && !feof(in))
			pkt_state_error(s, "the line is too long", NULL);
		else if (pkt_script_line(s, line))
			continue;
		fprintf(stderr, "%s:%lu: %s\n", name, number, s->error);
		return false;
	}
	if (ferror(in) || !pkt_script_end(s)) {
		fprintf(stderr, "%s: %s\n", name,
			ferror(in) ? "can't be read" : s->error);
		return false;
	}
	return true;
}

static bool write_out(const char *name, const struct pkt_buf *b)
{
	FILE *out = strcmp(name, "-") == 0 ? stdout : fopen(name, "wb");
	bool ok = out && fwrite(b->p, 1, b->n, out) == b->n && !fflush(out);

	if (out && out != stdout)
		ok = !fclose(out) && ok;
	if (!ok)
		fprintf(stderr, "pktc: %s: %s\n", name, strerror(errno));
	return ok;
}

int main(int argc, char **argv)
{
	struct pkt_script *s;
	FILE *in;
	bool ok = false;

	if (argc != 3) {
		fputs("usage: pktc SCRIPT CAPTURE   (- is standard output)\n",
		      stderr);
		return 2;
	}
	in = fopen(argv[1], "r");
	s = malloc(sizeof(*s));
	if (!in || !s) {
		fprintf(stderr, "pktc: %s: %s\n", argv[1], strerror(errno));
		goto out;
	}
	pkt_script_init(s);
	ok = compile(argv[1], in, s) && write_out(argv[2], &s->out);
	pkt_script_release(s);
out:
	free(s);
	if (in)
		fclose(in);
	return ok ? 0 : 1;
}
