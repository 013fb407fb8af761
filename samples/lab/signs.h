// The signs that a RST leaves of an unread receive queue, counted straight
// from the headers of one connection, seen from one point. Definitions:
//   L  the window that the RST's sender still offers when the RST comes: its
//      last one, less what arrived since (by right edge); W  the RST's own;
//   M  the largest that it ever offered;
//   E  the largest that it offered at (about) its last right edge: E - L is
//      what arrived while the window didn't move.
#ifndef LAB_SIGNS_H
#define LAB_SIGNS_H

#include <stdbool.h>
#include <stdint.h>

#include "seg.h"

enum sign {
	SIGN_W1,       // W >= 2 L, L <= M/2, W - L > 2 units of the scale
	SIGN_W2,       // W == L, L <= M/2, L <= E/2, E - L > 1500
	SIGN_W2_LOOSE, // W == L, L <= M/2, but E has none of that
	SIGN_W2_WEAK,  // W == L, L < 0.9 M
	SIGN_W3,       // W == L, an update had brought the window back
	SIGN_W5,       // W > L otherwise
	SIGN_NONE,
	SIGN_NO_PAYLOAD, // the RST acknowledges no payload
	SIGN_NO_RST,     // no active RST
	SIGNS
};

const char *sign_name(enum sign s);

struct sign_side {
	bool syn, acked, windowed;
	uint32_t isn, fin_end; // fin_end: sequence number behind its FIN
	bool fin;
	int wscale;
	uint32_t acks;            // highest acknowledgment number sent
	uint32_t edge;            // right edge of the last window
	uint32_t anchor;          // the right edge to which E belongs
	uint32_t edge_window;     // E
	uint32_t largest;         // M
	uint32_t sent_payload;    // payload bytes sent, roughly
	uint32_t len[2];          // of its last two segments with payload
	uint32_t longest;         // ... and of all of them
	bool updated;             // a window update was the last thing it sent
	int64_t data_at;          // when it last sent payload
	int64_t fastest, slowest; // its acknowledgments' delays; 0: none yet
	int64_t last_delay;       // ... of the last one, 0: it carried payload
};

struct signs {
	struct sign_side side[2];
	bool done; // an active RST came: what follows is fixed
	enum side sender;
	uint32_t last, window, largest, edge; // L, W, M, E
	uint32_t payload;                     // acknowledged by the RST
	bool first_ack; // ... some of it for the first time
	bool d1, d2;
};

void signs_feed(struct signs *s, int64_t time, const struct seg *g);
enum sign signs_window(const struct signs *s);

#endif
