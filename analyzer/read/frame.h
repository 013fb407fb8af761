// A frame as the capture file holds it, and the way frames are named.
#ifndef TCPWHY_FRAME_H
#define TCPWHY_FRAME_H

#include <stdint.h>

// A frame's name: the number of its file (from 0) and its number in that file
// (from 1, Wireshark's). 0 is no frame.
static inline uint64_t frame_id(uint32_t file, uint64_t number)
{
	return (uint64_t)file << 40 | number;
}

static inline uint32_t frame_file(uint64_t id)
{
	return (uint32_t)(id >> 40);
}

static inline uint64_t frame_number(uint64_t id)
{
	return id & ((UINT64_C(1) << 40) - 1);
}

struct frame {
	int64_t time;        // nanoseconds since 1970-01-01 UTC
	uint64_t id;         // frame_id()
	uint32_t wire_len;   // bytes on the wire
	uint32_t cap_len;    // bytes in the file, what data points to
	uint32_t link;       // LINKTYPE_ value of the interface
	const uint8_t *data; // the reader's; valid until its next call
};

#endif
