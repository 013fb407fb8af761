#include "read/bpf_filter.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read/read_error.h"

enum { SNAPLEN = 1 << 24, ENOUGH = 1 << 20 };

struct program {
	uint32_t link;
	bool compiled;
	struct bpf_program code;
};

struct filter {
	char *expression;
	bool no_memory;
	size_t n, latest; // latest: the program that ran last
	struct program program[FILTER_LINKS];
};

// A capture of this link type for libpcap, read from the header of an empty
// file: that way libpcap itself turns LINKTYPE_ values into its DLT_ ones,
// which differ from system to system.
static pcap_t *pcap_of_link(uint32_t link)
{
	struct pcap_file_header h = { .magic = 0xa1b2c3d4,
				      .version_major = PCAP_VERSION_MAJOR,
				      .version_minor = PCAP_VERSION_MINOR,
				      .snaplen = SNAPLEN,
				      .linktype = link };
	char err[PCAP_ERRBUF_SIZE];
	FILE *f = fmemopen(&h, sizeof(h), "rb");
	if (!f)
		return NULL;
	pcap_t *p = pcap_fopen_offline(f, err);
	if (!p)
		fclose(f);
	return p; // closes f with itself
}

// libpcap's scanner ends the whole program where it finds no memory.
static bool may_compile(void)
{
	void *enough = malloc(ENOUGH);

	free(enough);
	return enough;
}

static bool program_compile(struct program *g, uint32_t link,
			    const char *expression, char *err, size_t err_n)
{
	g->link = link;
	pcap_t *p = may_compile() ? pcap_of_link(link) : NULL;
	if (!p) {
		snprintf(err, err_n, READ_ERROR_MEMORY);
		return false;
	}
	g->compiled =
	    pcap_compile(p, &g->code, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
	if (!g->compiled)
		snprintf(err, err_n, "%s", pcap_geterr(p));
	pcap_close(p);
	return g->compiled;
}

// The program for a link type, compiled if it is the first of that type; NULL:
// there are too many. err says what was wrong if it could not be compiled.
static const struct program *filter_program(struct filter *f, uint32_t link,
					    char *err, size_t err_n)
{
	if (f->n > 0 && f->program[f->latest].link == link)
		return &f->program[f->latest];
	for (size_t i = 0; i < f->n; i++) {
		f->latest = i;
		if (f->program[i].link == link)
			return &f->program[i];
	}
	if (f->n == FILTER_LINKS)
		return NULL;
	f->latest = f->n++;
	if (!program_compile(&f->program[f->latest], link, f->expression, err,
			     err_n))
		f->no_memory |= read_error_is_memory(err);
	return &f->program[f->latest];
}

struct filter *filter_new(const char *expression, const uint32_t *links,
			  size_t n, char *err, size_t err_n)
{
	bool usable = false;
	struct filter *f = calloc(1, sizeof(*f));
	if (f)
		f->expression = strdup(expression);
	if (!f || !f->expression) {
		snprintf(err, err_n, READ_ERROR_MEMORY);
		filter_free(f);
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		const struct program *g =
		    filter_program(f, links[i], err, err_n);
		usable = usable || (g && g->compiled);
	}
	if (usable && !f->no_memory)
		return f;
	if (f->no_memory)
		snprintf(err, err_n, READ_ERROR_MEMORY);
	filter_free(f);
	return NULL;
}

void filter_free(struct filter *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n; i++)
		if (f->program[i].compiled)
			pcap_freecode(&f->program[i].code);
	free(f->expression);
	free(f);
}

bool filter_no_memory(const struct filter *f)
{
	return f->no_memory;
}

bool filter_match(struct filter *f, const struct frame *frame)
{
	char err[PCAP_ERRBUF_SIZE];
	const struct program *g =
	    filter_program(f, frame->link, err, sizeof(err));
	if (!g || !g->compiled)
		return false;
	struct pcap_pkthdr h = { .caplen = frame->cap_len,
				 .len = frame->wire_len };
	return pcap_offline_filter(&g->code, &h, frame->data) != 0;
}

const char *pcaplib_version(void)
{
	return pcap_lib_version();
}
