// What can be measured of a connection, for comparing many of them. Pure.
#ifndef TCPWHY_MEASURES_H
#define TCPWHY_MEASURES_H

#include <stdint.h>

struct flow;

// Times in ns.
struct measures {
	int64_t rtt;         // shortest between the hosts; 0: not measured
	int64_t idle;        // longest between two segments
	int64_t zero_window; // that windows were closed, both sides' added
	uint64_t missing;    // bytes that were sent but not captured
	uint64_t retransmissions[2]; // by side
};

struct measures measures_of(const struct flow *f);

#endif
