// What where_parse.c makes and where.c tests. For these two alone.
#ifndef TCPWHY_WHERE_OWN_H
#define TCPWHY_WHERE_OWN_H

#include "query/where.h"
#include "query/where_value.h"

struct term {
	const struct where_field *field; // NULL: looked for anywhere
	bool present;                    // of that field: any value will do
	struct where_values values;
	// Of what is looked for anywhere: where it was found, once for all.
	uint64_t verdicts, calls, states, confidences;
	bool is_net, has_port;
	uint16_t port;
};

// A tree: what a node holds stands behind `first`, then behind each `next`.
struct node {
	enum { NODE_TERM, NODE_ALL, NODE_ANY } kind;
	bool negate;
	uint32_t term;        // of NODE_TERM
	uint32_t first, next; // 0: none; the root is never behind another
};

enum { WHERE_DEEP = 100 }; // parentheses within each other

struct where {
	const struct zone *zone; // not owned
	struct term *term;
	struct node *node; // the first is the root
	size_t terms, nodes;
	size_t terms_size, nodes_size;
};

// True if a name is that of no value: "", "no", "nobody".
bool where_is_nothing(const char *name);

#endif
