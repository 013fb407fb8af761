// The states that zeek.c and zeek_state.c share. For them alone.
#ifndef TCPWHY_ZEEK_PARTS_H
#define TCPWHY_ZEEK_PARTS_H

#include "track/zeek.h"

// Zeek's view of a side. It follows flags, not RFC 9293: a FIN makes CLOSED,
// whether or not it was acknowledged.
enum zeek_side_state {
	INACTIVE, // sent nothing
	SYN_SENT,
	SYN_ACK_SENT, // the client, of all sides, sent a SYN-ACK
	PARTIAL,      // joined midway
	ESTABLISHED,
	CLOSED, // sent a FIN
	RESET,  // sent a RST
};

#endif
