// Capture files: pcap and pcapng, either byte order, micro- or nanoseconds.
#ifndef PKT_FILE_H
#define PKT_FILE_H

#include <stdbool.h>
#include <stdint.h>

struct pkt_buf;

struct pkt_format {
	bool big, nano, pcapng;
	uint32_t snaplen;
	uint32_t link; // LINKTYPE_
};

// What stands before the first packet.
void pkt_file_begin(const struct pkt_format *f, struct pkt_buf *out);

// One packet at a time in ns since 1970, cut to cut bytes and to the snap
// length. The comment (pcapng alone) may be NULL.
void pkt_file_packet(const struct pkt_format *f, int64_t time,
		     const struct pkt_buf *frame, uint32_t cut,
		     const char *comment, struct pkt_buf *out);

#endif
