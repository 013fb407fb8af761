// What is true of each connection, as each vantage point may know it.
#ifndef LAB_TRUTH_H
#define LAB_TRUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/side.h"

enum vantage { AT_CLIENT, AT_MIDDLE, AT_SERVER, VANTAGES };

enum cell {
	CLIENT_CONNECT,
	CLIENT_RECV,
	CLIENT_SEND,
	SERVER_RECV,
	SERVER_SEND,
	CELLS
};

// Alternatives are separated by '|'; "-" stands for an empty cell.
struct told {
	char verdict[96]; // all of them true words for it
	char fair[160];   // other causes that look the same from there
	char closed[32];
	char reset[32];
	char also[CELLS][40]; // fair besides what was observed
};

const char *vantage_name(enum vantage v);

#endif
