// A capture in memory, packet by packet, for degrading it. Raw IP (DLT_RAW)
// only, as the laboratory writes it.
#ifndef DEGRADE_TRACE_H
#define DEGRADE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };

struct packet {
	int64_t time;     // nanoseconds
	uint32_t n, wire; // captured and original length in bytes
	uint8_t *data;    // n bytes, owned by the trace
	size_t order;     // in the file; ties of time keep it
	bool gone;        // not written
	// Filled by trace_read():
	bool tcp;
	bool from_client; // the sender of the SYN, else of the first packet
	uint8_t flags;
	uint32_t conn;    // index of its connection
	uint32_t nth;     // its number within that connection, from 0
	uint32_t payload; // bytes
	uint32_t of;      // how many packets that connection has
};

struct trace {
	struct packet *packet;
	size_t n, room;
	uint32_t conns;
	uint32_t snaplen; // 0: as captured
	int link;         // DLT
	bool as_is;       // written in the order of the file, not of time
};

// False: can't be read, or no raw IP; says why on stderr.
bool trace_read(const char *path, struct trace *t);

// Adds the packets of another capture.
bool trace_add(const char *path, struct trace *t);

// Sorts by time (unless as_is) and writes what is not gone; false: says why on
// stderr.
bool trace_write(const char *path, struct trace *t);
void trace_free(struct trace *t);

// A copy of packet i at that time, appended. The trace's packets may move.
void trace_copy(struct trace *t, size_t i, int64_t time);

// Puts bytes before the packet's own; ends the program if there is no memory.
void packet_prepend(struct packet *p, const uint8_t *head, uint32_t n);

// Fills it up with zeros to n bytes on the wire.
void packet_extend(struct packet *p, uint32_t n);

// Where the TCP header begins; 0: none.
uint32_t packet_tcp(const struct packet *p);

// Makes the IPv4 header's checksum right again.
void packet_seal_ip(struct packet *p);

// Payload is mostly not captured, so a TCP checksum can't be computed anew: it
// is corrected for two bytes that change from old to new (RFC 1624).
void packet_fix_sum(struct packet *p, uint16_t old, uint16_t new);

#endif
