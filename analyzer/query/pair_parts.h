// What pair.c and pair_judge.c share. For them alone.
#ifndef TCPWHY_PAIR_PARTS_H
#define TCPWHY_PAIR_PARTS_H

#include "decode/packet.h"
#include "query/pair.h"
#include "query/pair_path.h"

struct pair {
	const struct analysis *analysis[2];
	bool dropped[2];
	struct segment_index index[2];
	struct packet packet; // the one being taken, too large for a stack
	struct paired *paired;
	struct pair_fact *fact;
	size_t facts, facts_size;
	struct pair_sum sum;
	bool failed;
};

// A connection's two views and what was compared.
struct pair_context {
	struct pair *p;
	struct paired *one;
	const struct connection *view[2];
	const struct path_comparison *path; // path[2], by sender
	bool forged[2]; // that a RST was forged has been told
};

static inline uint64_t pair_frame_at(const struct seg *g, enum pair_end end)
{
	return g ? frame_id(end, frame_number(g->frame)) : 0;
}

// True if no connection came about.
static inline bool pair_never_opened(const struct connection *c)
{
	return verdict_get(c->verdict)->family == FAMILY_CONNECT;
}

// Adds a fact; the sentence's words come from format.
void pair_add_fact(struct pair_context *l, enum finding_role role,
		   const char *rule, uint64_t frame, uint64_t other,
		   const char *format, ...)
    __attribute__((format(printf, 6, 7)));

// True if the capture was made at that end and lacks nothing that passed there,
// as far as the other one and the capturing kernel tell: a packet that is not
// in it did not pass there.
bool pair_complete(const struct pair *p, enum pair_end end);

// ... nor of this connection what that side sent, so that a RST of that side's
// which is not in it was forged.
bool pair_trusts(const struct pair_context *l, enum side by);

// Tells that a RST of that side's was never sent.
void pair_add_never_sent(struct pair_context *l, enum finding_role role,
			 enum side by);

// Decides, from what was compared, how the connection of l ended.
void pair_judge(struct pair_context *l);

// Takes what the server's program saw from the server's capture: each end's own
// capture knows best.
void pair_own_view(struct pair_context *l);

#endif
