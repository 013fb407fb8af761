// The ways to degrade a capture, each by a value that has its meaning there.
// The same random numbers degrade the same packets.
#ifndef DEGRADE_KINDS_H
#define DEGRADE_KINDS_H

#include <stdbool.h>

#include "degrade/trace.h"
#include "lab/rng.h"

// True so many times in a hundred.
bool happens(struct rng *r, double percent);

// packets.c
void loss(struct trace *t, double percent, struct rng *r);
void loss_client(struct trace *t, double percent, struct rng *r);
void loss_server(struct trace *t, double percent, struct rng *r);
void bursts(struct trace *t, double percent, struct rng *r);
void only_client(struct trace *t, double value, struct rng *r);
void only_server(struct trace *t, double value, struct rng *r);
void late(struct trace *t, double percent, struct rng *r);
void early(struct trace *t, double percent, struct rng *r);
void headless(struct trace *t, double n, struct rng *r);
void tailless(struct trace *t, double n, struct rng *r);
void third_missing(struct trace *t, double value, struct rng *r);
void acks_missing(struct trace *t, double percent, struct rng *r);
void data_missing(struct trace *t, double percent, struct rng *r);
void fins_missing(struct trace *t, double percent, struct rng *r);
void flags_only(struct trace *t, double value, struct rng *r);
void copies(struct trace *t, double percent, struct rng *r);
void mirrored(struct trace *t, double us, struct rng *r);
void mirrored_bursts(struct trace *t, double most, struct rng *r);
void swaps(struct trace *t, double percent, struct rng *r);
void client_late(struct trace *t, double us, struct rng *r);
void server_late(struct trace *t, double us, struct rng *r);
void jitter(struct trace *t, double us, struct rng *r);
void coarse(struct trace *t, double ms, struct rng *r);
void steps_back(struct trace *t, double s, struct rng *r);
void steps_forward(struct trace *t, double s, struct rng *r);
void shifted(struct trace *t, double s, struct rng *r);
void stretched(struct trace *t, double factor, struct rng *r);

// headers.c
void snaplen(struct trace *t, double n, struct rng *r);
void without_option(struct trace *t, double kind, struct rng *r);
void without_options(struct trace *t, double value, struct rng *r);
void random_ids(struct trace *t, double value, struct rng *r);
void zero_ids(struct trace *t, double value, struct rng *r);
void ttl_jitter(struct trace *t, double percent, struct rng *r);
void same_ttl(struct trace *t, double value, struct rng *r);
void rerouted(struct trace *t, double hops, struct rng *r);
void new_clocks(struct trace *t, double value, struct rng *r);
void new_numbers(struct trace *t, double value, struct rng *r);
void again(struct trace *t, double s, struct rng *r);
void translated(struct trace *t, double value, struct rng *r);
void vlan(struct trace *t, double value, struct rng *r);
void gre(struct trace *t, double value, struct rng *r);
void padded(struct trace *t, double value, struct rng *r);
void mpls(struct trace *t, double value, struct rng *r);
void pppoe(struct trace *t, double value, struct rng *r);
void vxlan(struct trace *t, double value, struct rng *r);

// segments.c
void joined(struct trace *t, double us, struct rng *r);
void split(struct trace *t, double most, struct rng *r);

#endif
