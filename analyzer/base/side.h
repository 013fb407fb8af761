// The two sides of a connection. Arrays are indexed by them, and !side is the
// other one, so each rule is written once.
#ifndef TCPWHY_SIDE_H
#define TCPWHY_SIDE_H

enum side {
	CLIENT, // sent the SYN
	SERVER,
	BOTH,      // only as an answer: FINs that crossed
	MIDDLEBOX, // only as an answer: something on the path
	NOBODY,    // not known, or does not apply
};

// "client", "server", "both", "middlebox", "".
const char *side_name(enum side s);

#endif
