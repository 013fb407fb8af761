// conn_state: what the states of both sides make of a connection.
#include "track/zeek_parts.h"

#include <string.h>

// What both sides' states make of a connection; the first row that fits.
#define S(state) (1U << (state))
enum { ANY = 127, IDLE = S(INACTIVE) | S(PARTIAL) };
enum { OPENING = S(SYN_SENT) | S(SYN_ACK_SENT) };

static const struct {
	unsigned client, server;
	const char *name;
} endings[] = {
	{ 0, 0, "" },
	{ OPENING, S(RESET), "REJ" },
	{ IDLE, S(RESET), "RSTRH" },
	{ ANY, S(RESET), "RSTR" },
	{ S(RESET), ANY & ~IDLE, "RSTO" },
	{ S(CLOSED), S(CLOSED), "SF" },
	{ S(CLOSED), IDLE, "SH" },
	{ S(CLOSED), ANY, "S2" },
	{ IDLE, S(CLOSED), "SHR" },
	{ ANY, S(CLOSED), "S3" },
	{ S(SYN_SENT), S(INACTIVE), "S0" },
	{ S(ESTABLISHED), S(ESTABLISHED), "S1" },
	{ ANY, ANY, "OTH" },
	{ 0, 0, "RSTOS0" }, // by what its history tells
};
#undef S
enum { REJECTED = 1, OTHER = 12, GAVE_UP = 13 };

// True if nothing but payload and repetitions lie between SYN and RST of the
// client; an ACK or a FIN would say that there was more than was captured.
static bool gave_up_opening(const char *history)
{
	const char *p = history + (*history == '^');

	return *p == 'S' && p[strcspn(p, "HAFGIQR")] == 'R';
}

uint8_t zeek_conn_state(const struct zeek *z, const uint64_t bytes[2])
{
	unsigned client = z->end[CLIENT].state;
	unsigned server = z->end[SERVER].state;
	uint8_t i = REJECTED;

	if (client == RESET && server == RESET && !bytes[CLIENT] &&
	    !bytes[SERVER])
		return REJECTED;
	if (client == RESET && (server == INACTIVE || server == PARTIAL))
		return gave_up_opening(z->history) ? GAVE_UP : OTHER;
	while (!(endings[i].client & 1U << client) ||
	       !(endings[i].server & 1U << server))
		i++;
	return i;
}

const char *zeek_state_name(uint8_t state)
{
	return endings[state].name;
}
