// degrade: what imperfect captures look like, made of a perfect one.
//
//   degrade KIND[=VALUE] SEED IN.pcap OUT.pcap
//   degrade merge SEED ONE-END.pcap OTHER-END.pcap OUT.pcap
//   degrade --list       KIND=VALUE of each that the test tries, and a word
//                        where the truth has to be read otherwise
//
// The same seed degrades the same packets. What really happened stays true, so
// the truth of the laboratory's corpus judges the result. Where a capture ends
// too soon ("cut") it is true as well that a connection had no end; where a NAT
// translates ("translated"), of other addresses and ports; where all happens
// again ("twice"), once more.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "degrade/kinds.h"

static const struct kind {
	const char *name;
	void (*degrade)(struct trace *t, double value, struct rng *r);
	double values[6];  // that the test tries; 0 ends them
	const char *truth; // "", or how to read it
} kinds[] = {
	{ "loss", loss, { .1, .5, 1, 3, 10, 20 }, "" },
	{ "loss-client", loss_client, { 1, 5, 20 }, "" },
	{ "loss-server", loss_server, { 1, 5, 20 }, "" },
	{ "bursts", bursts, { 1, 5 }, "" },
	{ "only-client", only_client, { 1 }, "" },
	{ "only-server", only_server, { 1 }, "" },
	{ "late", late, { 20, 50, 80 }, "" },
	{ "early", early, { 20, 50, 80 }, "cut" },
	{ "headless", headless, { 1, 2, 3, 5 }, "" },
	{ "tailless", tailless, { 1, 2, 4 }, "cut" },
	{ "third-missing", third_missing, { 1 }, "" },
	{ "acks-missing", acks_missing, { 5, 50 }, "" },
	{ "data-missing", data_missing, { 5, 30 }, "" },
	{ "fins-missing", fins_missing, { 10, 50 }, "" },
	{ "flags-only", flags_only, { 1 }, "" },
	{ "copies", copies, { 2, 100 }, "" },
	{ "mirrored", mirrored, { 5, 300 }, "" },
	{ "mirrored-bursts", mirrored_bursts, { 2, 6, 12 }, "" },
	{ "swaps", swaps, { 1, 10 }, "" },
	{ "client-late", client_late, { 20, 200, 1500 }, "" },
	{ "server-late", server_late, { 20, 200, 1500 }, "" },
	{ "jitter", jitter, { 20, 500 }, "" },
	{ "coarse", coarse, { .001, 1, 10 }, "" },
	{ "steps-back", steps_back, { 2 }, "" },
	{ "steps-forward", steps_forward, { 2, 100 }, "" },
	{ "shifted", shifted, { 3600 }, "" },
	{ "stretched", stretched, { .1, 3, 30 }, "" },
	{ "snaplen", snaplen, { 40, 54, 60, 72 }, "" },
	{ "without-option", without_option, { 2, 3, 4, 5, 8 }, "" },
	{ "without-options", without_options, { 1 }, "" },
	{ "random-ids", random_ids, { 1 }, "" },
	{ "zero-ids", zero_ids, { 1 }, "" },
	{ "ttl-jitter", ttl_jitter, { 2, 30 }, "" },
	{ "same-ttl", same_ttl, { 64 }, "" },
	{ "rerouted", rerouted, { 1, 3 }, "" },
	{ "new-numbers", new_numbers, { 1 }, "" },
	{ "new-clocks", new_clocks, { 1 }, "" },
	{ "joined", joined, { 100 }, "" },
	{ "split", split, { 500 }, "" },
	{ "translated", translated, { 1 }, "translated" },
	{ "again", again, { 100 }, "twice" },
	{ "padded", padded, { 1 }, "" },
	{ "mpls", mpls, { 1 }, "" },
	{ "pppoe", pppoe, { 1 }, "" },
	{ "vxlan", vxlan, { 1 }, "" },
	{ "vlan", vlan, { 1 }, "" },
	{ "gre", gre, { 1 }, "" },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static void list(void)
{
	for (size_t i = 0; i < KINDS; i++)
		for (size_t k = 0; k < 6 && kinds[i].values[k] > 0; k++)
			printf("%s=%g %s\n", kinds[i].name, kinds[i].values[k],
			       kinds[i].truth);
}

static const struct kind *find(const char *word, double *value)
{
	size_t n = strcspn(word, "=");

	*value = word[n] ? strtod(word + n + 1, NULL) : 1;
	for (size_t i = 0; i < KINDS; i++)
		if (strlen(kinds[i].name) == n &&
		    !strncmp(kinds[i].name, word, n))
			return &kinds[i];
	return NULL;
}

static int usage(void)
{
	fputs("usage: degrade KIND[=VALUE] SEED IN OUT\n"
	      "       degrade merge SEED IN IN OUT\n"
	      "       degrade --list\n",
	      stderr);
	return 2;
}

static int merge(char **argv)
{
	struct trace t;
	bool ok = trace_read(argv[3], &t) && trace_add(argv[4], &t) &&
		  trace_write(argv[5], &t);

	trace_free(&t);
	return ok ? 0 : 3;
}

int main(int argc, char **argv)
{
	const struct kind *kind;
	struct trace t;
	struct rng r;
	double value;
	bool ok;

	if (argc == 2 && !strcmp(argv[1], "--list")) {
		list();
		return 0;
	}
	if (argc == 6 && !strcmp(argv[1], "merge"))
		return merge(argv);
	kind = argc == 5 ? find(argv[1], &value) : NULL;
	if (!kind)
		return usage();
	r.s = strtoull(argv[2], NULL, 10);
	ok = trace_read(argv[3], &t);
	if (ok) {
		kind->degrade(&t, value, &r);
		ok = trace_write(argv[4], &t);
	}
	trace_free(&t);
	return ok ? 0 : 3;
}
