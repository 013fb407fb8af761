// TCP options from the notation of tcpdump.
#ifndef PKT_OPTIONS_H
#define PKT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pkt_options {
	uint8_t bytes[40];
	size_t n; // a multiple of four
	bool timestamps;
	uint32_t ts_val; // in: for a bare "TS"; out: what was written
	uint32_t ts_ecr;
	uint32_t sack_base; // in: "sack" numbers are relative to it
};

// Encodes e.g. "mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7". Returns NULL, or
// what is wrong.
const char *pkt_options_encode(const char *text, struct pkt_options *o);

#endif
