// The table of facts: what each one is for, and how it is said. In sentences
// {S} is the side that the finding is about, {O} the other one; {a} and {b}
// its numbers, {a byte} with a noun, {a:t} as a duration, {a:i} as an ICMP
// message, {a:k} as a known timer.
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "judge/evidence.h"
#include "judge/timers.h"

struct fact_row {
	enum finding_role role;
	const char *label;
	const char *sentence; // NULL: never told, only counted
};

// clang-format off
static const struct fact_row rows[FACTS] = {
[SYN_ACK_SEEN] = { ROLE_NOTE, "", NULL },
[OPENED] = { ROLE_NOTE, "", NULL },
[SYN_REPEATED] = { ROLE_WHY, "repeats the SYN",
	"the client sent its SYN {a time}, the last one {b:t} after the first" },
[SYN_ACK_REPEATED] = { ROLE_WHY, "repeats the SYN-ACK",
	"the server sent its SYN-ACK {a time} and accepted nothing of what the client sent" },
[ICMP_ANSWERS_SYN] = { ROLE_WHY, "answers the SYN",
	"the SYN was answered by an ICMP error: {a:i}" },
[CHALLENGED] = { ROLE_WHY, "expects another connection",
	"the server answered the SYN with an ACK of another connection: it still held one on these addresses and ports" },
[REPEATS_DEAD] = { ROLE_WHY, "no answer",
	"the {S} repeated the same bytes {a time} over {b:t}, and no acknowledgment came" },
[REPEATS_FEW] = { ROLE_NOTE, "no answer yet",
	"the {S} had repeated bytes {a time} without an answer when the capture ended" },
[GAVE_UP] = { ROLE_WHY, "", NULL },
[PROBES_DEAD] = { ROLE_WHY, "no answer",
	"the {S} sent {a} keep-alive probes over {b:t}, and none was answered" },
[PROBE_DEAD] = { ROLE_WHY, "no answer",
	"the {S} sent a keep-alive probe that was not answered" },
[PROBES_UNHEARD] = { ROLE_WHY, "the last probe",
	"the RST came as long after the {S}'s last keep-alive probe as that one after the one before ({a:t}): a timer's RST, as if the answers had not reached it" },
[REPEATS_UNHEARD] = { ROLE_WHY, "acknowledged, repeated",
	"the {S} repeated the same bytes {a time} over {b:t} although they were acknowledged: the acknowledgments do not reach it" },
[STALLED] = { ROLE_WHY, "window still shut",
	"the {S} probed the shut window {a time} over {b:t}; it never opened again" },
[STALLED_ONCE] = { ROLE_WHY, "window still shut",
	"the {S} probed the shut window once; it did not open while the capture ran" },
[RST_HERE] = { ROLE_NOTE, "the end", NULL },
[FORM_ACTIVE] = { ROLE_WHY, "a socket's own RST",
	"the RST carries ACK and the next expected sequence number: the {S}'s socket sent it, it answers no segment" },
[FORM_PASSIVE] = { ROLE_WHY, "a stack's answer",
	"the RST has no ACK, window 0 and no options: a stack's answer to a segment that fits no socket, nobody's decision" },
[FORM_ODD] = { ROLE_WHY, "an odd RST",
	"the RST is built neither as a socket's own nor as a stack's answer (no ACK, window {b})" },
[ANSWERS_SYN] = { ROLE_WHY, "SYN, refused",
	"the RST acknowledges the {S}'s SYN and came {b:t} after it, with window 0: a stack's answer, no program was asked" },
[ANSWERS_SYN_ACK] = { ROLE_WHY, "SYN-ACK, rejected",
	"the {O}'s RST is its answer to the SYN-ACK" },
[ANSWERS_OPENING] = { ROLE_WHY, "completes the handshake",
	"the RST's sequence number is the acknowledgment number of the {S}'s first segment after the SYN-ACK: the server did not take the connection" },
[ANSWERS_DATA] = { ROLE_WHY, "data that nobody takes",
	"the RST's sequence number is the acknowledgment number of the {S}'s segment of {a byte}, sent {b:t} before" },
[ANSWERS_FIN] = { ROLE_WHY, "FIN that nobody takes",
	"the RST's sequence number is the acknowledgment number of the {S}'s FIN, sent {b:t} before" },
[ANSWERS_ACK] = { ROLE_WHY, "ACK that nobody expects",
	"the RST's sequence number is the acknowledgment number of the {S}'s bare ACK, sent {b:t} before" },
[FIN_WAITED] = { ROLE_WHY, "waits for the other FIN",
	"the {S}'s FIN had been acknowledged; it had waited {a:t} in FIN_WAIT_2" },
[STILL_TRYING] = { ROLE_WHY, "still trying to send",
	"the {S} was still trying to send {a:t} before: it had the connection and had closed it; its FIN waited behind unsent data" },
[NEVER_RECEIVED] = { ROLE_NOT, "acknowledges no payload",
	"unread data is impossible: the RST acknowledges no payload, the {S} never received any" },
[UNANSWERED] = { ROLE_WHY, "gets no reply",
	"{a byte} that reached the {S} after the last payload that it sent drew no reply" },
[FAREWELL] = { ROLE_NOTE, "last words",
	"the RST followed the {S}'s own last payload within {a:t}: it answered and closed in one go, without reading on" },
[WINDOW_REOPENED] = { ROLE_WHY, "window reopens",
	"the RST offers a window of {b} bytes where {a} were left, and no update had said so: close() emptied a receive queue that no program had read" },
[WINDOW_GREW] = { ROLE_WHY, "window grows",
	"the RST offers a window of {b} bytes where {a} were left: the receive queue was emptied between the two" },
[WINDOW_KEPT] = { ROLE_WHY, "window stays shut",
	"the RST leaves the window at {a} of {b} bytes: the receive queue was full of data that neither a read nor a close() had emptied" },
[WINDOW_KEPT_OPEN] = { ROLE_WHY, "window stays",
	"the RST leaves the window at {a} of {b} bytes: data was still queued, and close() would have emptied the queue first" },
[WINDOW_READ] = { ROLE_WHY, "had read",
	"a window update after the last data brought the window back to {a} of {b} bytes: the {S}'s program had read it" },
[FIRST_ACK] = { ROLE_WHY, "first to acknowledge it",
	"the RST is the first to acknowledge the last {a byte}: had the program read them, an ACK would have left at that moment" },
[ACK_AT_READ] = { ROLE_WHY, "read",
	"the ACK of the last bytes left {a:t} after them, not at a timer's end: that is when the {S}'s program read them" },
[TTL_DIFFERS] = { ROLE_WHY, "another TTL",
	"the RST arrived with TTL {a}, the {S}'s other segments with {b}" },
[IDLE] = { ROLE_WHY, "first after the silence",
	"the connection had lain idle for {a:t} when this segment was sent" },
[IDLE_KNOWN] = { ROLE_NOTE, "",
	"that silence is the idle timeout of known devices: {a:k}" },
[IDLE_SHARED] = { ROLE_WHY, "",
	"{a connection} were reset after the same silence, {b:t}" },
[BATCH] = { ROLE_WHY, "with its neighbours",
	"{a connection} to this port that the server had sent nothing on were reset within {b:t}" },
[BATCH_UNFED] = { ROLE_WHY, "",
	"some of them had received nothing, so a mere close() would have sent FIN: an accept queue was thrown away" },
[BATCH_SERVED] = { ROLE_NOTE, "",
	"among those reset in the same instant are connections that the server had accepted: its process went away" },
[PORT_GONE] = { ROLE_WHY, "",
	"later connections to this port were refused: its listener is gone" },
[HABIT] = { ROLE_NOTE, "",
	"the {S} also resets connections on which nothing can be unread ({a} of them): it aborts as a habit" },
[NO_HANDSHAKE] = { ROLE_LIMIT, "",
	"the capture began in mid-connection: initial numbers, options and window scale are unknown" },
[ONE_WAY] = { ROLE_LIMIT, "",
	"only one direction was captured: nothing of the {S}'s is there" },
[LOST] = { ROLE_LIMIT, "",
	"the capture lost packets: {a byte} of this connection it never saw" },
[LOST_ELSEWHERE] = { ROLE_LIMIT, "",
	"the capture lost packets of other connections ({a} of {b}): what ended this one may have been among them" },
[CUT] = { ROLE_LIMIT, "",
	"{a segment} cut short by the capture's snap length: their options are missing" },
[IS_MPTCP] = { ROLE_LIMIT, "",
	"this is a subflow of MPTCP, which has an end of its own (DATA_FIN) that is not read here" },
[ENDS_SOON] = { ROLE_LIMIT, "",
	"the capture ended {a:t} later: the next try may have been answered" },
[NOTE_CLOSED_FIRST] = { ROLE_WHY, "closes first",
	"the {S} closed first: it sent its FIN without having the {O}'s" },
[NOTE_CROSSED] = { ROLE_WHY, "both close",
	"both closed at once: neither FIN acknowledges the other" },
[NOTE_SECOND_FIN] = { ROLE_NOTE, "closes too",
	"the {S} closed {a:t} later" },
[NOTE_HALF_CLOSE] = { ROLE_NOTE, "still reads",
	"the {S} acknowledged data that came after its FIN: it had only shut down its sending half" },
[NOTE_CLOSE_NOTIFY] = { ROLE_NOTE, "TLS close_notify",
	"those {a byte} have the size of a TLS close_notify alert: if they are one, nothing of value was lost and this reset is harmless" },
[NOTE_IGNORED_RST] = { ROLE_NOTE, "ignored",
	"ignored, {a} from the {S}: such a RST does not carry the expected sequence number" },
[NOTE_SURVIVED_RST] = { ROLE_NOTE, "without effect",
	"without effect, {a} from the {S}: the connection went on after such a RST, its receiver never took it" },
[NOTE_LATE_RST] = { ROLE_NOTE, "after the end",
	"after the end, {a} from the {S}: a RST that comes after both FINs were acknowledged changes nothing" },
[NOTE_ECHO_RST] = { ROLE_NOTE, "after the end",
	"further RSTs, {a} from the {S}: segments that were still under way met a connection that was already gone" },
[NOTE_RST_PAYLOAD] = { ROLE_NOTE, "carries text",
	"the RST carries {a byte}: a stack's or a box's message (RFC 9293, 3.5.3)" },
[NOTE_MPTCP_FASTCLOSE] = { ROLE_NOTE, "MP_FASTCLOSE",
	"the RST carries MP_FASTCLOSE: the whole MPTCP connection was aborted" },
[NOTE_MPTCP_RST] = { ROLE_NOTE, "MP_TCPRST",
	"the RST carries MP_TCPRST: it ends a subflow, the MPTCP connection may live on" },
[NOTE_ICMP] = { ROLE_NOTE, "ICMP error",
	"an ICMP error quotes a segment of the {S}'s: {a:i}" },
[NOTE_RETRANSMISSIONS] = { ROLE_NOTE, "",
	"{a retransmission} by the {S}" },
[NOTE_PROBES_ANSWERED] = { ROLE_NOTE, "",
	"the {O} answered {a round} of keep-alive probes" },
[NOTE_DUPLICATES] = { ROLE_NOTE, "",
	"{a packet} captured twice (two interfaces, or a mirror port), counted once" },
[NOTE_REUSED] = { ROLE_NOTE, "",
	"addresses and ports are those of connection {a}: reused" },
[KILLED_BY_SYN] = { ROLE_WHY, "resets the old connection",
	"a later SYN on these addresses and ports drew an ACK of this connection, and that ACK a RST: the client had lost the connection, the server had not" },
[NOTE_KILLS_OLDER] = { ROLE_NOTE, "ends the older connection",
	"the client's RST answers that ACK and ends the older connection on these addresses and ports, not this one" },
[NOTE_LOST_SYN] = { ROLE_LIMIT, "answers another SYN",
	"the RST acknowledges a SYN that the capture does not have" },
[NO_SYN] = { ROLE_LIMIT, "",
	"the capture has the SYN-ACK but not the SYN before it" },
[NOTE_CLOSED_OFF] = { ROLE_LIMIT, "",
	"closed off early for lack of memory: what came later was only counted" },
[NOTE_UNSENT] = { ROLE_NOTE, "still waiting to send",
	"the {S} still had data to send into a shut window ({a probe}): it is lost" },
[SIGN_DATA_AFTER] = { ROLE_WHY, "alive after its RST",
	"{a:t} after the RST the {S} itself went on: who sends a RST has forgotten the connection" },
[SIGN_ALIVE_AFTER] = { ROLE_WHY, "alive after its RST",
	"{a:t} after the RST the {S} was still acknowledging: who sends a RST has forgotten the connection" },
[SIGN_SEQ_BEHIND] = { ROLE_WHY, "an old number",
	"the RST's sequence number lies {a byte} behind what the {S} had already sent" },
[SIGN_TOO_FAST] = { ROLE_WHY, "too fast",
	"the RST came {a:t} after what it reacts to; the round trip to the {S} takes {b:t} at the least" },
[SIGN_IP_ID] = { ROLE_WHY, "another IP ID",
	"the RST's IP ID is {b}; the {S}'s own counter stood at {a}" },
[SIGN_NO_TIMESTAMP] = { ROLE_WHY, "no timestamp",
	"the RST lacks the timestamp that the {S}'s stack puts on every segment of this connection" },
[SIGN_BOTH_RESET] = { ROLE_WHY, "both reset",
	"both sides seem to reset each other in the same instant" },
};
// clang-format on

static const struct icmp_row {
	uint8_t type, code;
	bool ipv6;
	const char *text;
} icmp_rows[] = {
	{ 3, 0, false, "network unreachable" },
	{ 3, 1, false, "host unreachable" },
	{ 3, 2, false, "protocol unreachable" },
	{ 3, 3, false, "port unreachable" },
	{ 3, 4, false, "fragmentation needed" },
	{ 3, 6, false, "network unknown" },
	{ 3, 7, false, "host unknown" },
	{ 3, 9, false, "network prohibited" },
	{ 3, 10, false, "host prohibited" },
	{ 3, 13, false, "prohibited by a filter" },
	{ 11, 0, false, "TTL exceeded in transit" },
	{ 1, 0, true, "no route" },
	{ 1, 1, true, "prohibited by a filter" },
	{ 1, 3, true, "address unreachable" },
	{ 1, 4, true, "port unreachable" },
	{ 1, 5, true, "source address prohibited" },
	{ 1, 6, true, "route rejected" },
	{ 2, 0, true, "packet too big" },
	{ 3, 0, true, "hop limit exceeded in transit" },
};

static void add_icmp(struct text *t, int64_t type_code, bool ipv6)
{
	int type = (int)(type_code >> 8), code = (int)(type_code & 255);

	for (size_t i = 0; i < sizeof(icmp_rows) / sizeof(icmp_rows[0]); i++)
		if (icmp_rows[i].type == type && icmp_rows[i].code == code &&
		    icmp_rows[i].ipv6 == ipv6) {
			text_puts(t, icmp_rows[i].text);
			return;
		}
	text_printf(t, "%s type %d code %d", ipv6 ? "ICMPv6" : "ICMP", type,
		    code);
}

static void add_number(struct text *t, int64_t v)
{
	if (v < 0)
		text_char(t, '-');
	text_grouped(t, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

// "1 byte", "26 bytes"; the noun ends at the brace.
static void add_count(struct text *t, int64_t v, const char *noun)
{
	add_number(t, v);
	text_char(t, ' ');
	text_add(t, noun, strcspn(noun, "}"));
	if (v != 1)
		text_char(t, 's');
}

// One placeholder, p behind its brace, up to the closing one.
static void add_value(struct text *t, const struct finding *f, const char *p)
{
	int64_t v = p[0] == 'a' ? f->a : f->b;

	if (p[0] == 'S' || p[0] == 'O')
		text_puts(t, side_name(p[0] == 'S' ? f->side : !f->side));
	else if (p[1] == ' ')
		add_count(t, v, p + 2);
	else if (p[1] != ':')
		add_number(t, v);
	else if (p[2] == 't')
		units_duration(t, v);
	else if (p[2] == 'i')
		add_icmp(t, v, f->b);
	else if (idle_timer_name(v))
		text_puts(t, idle_timer_name(v));
}

void finding_add(struct text *out, const struct finding *f)
{
	const char *p = rows[f->fact].sentence;

	while (p && *p) {
		size_t plain = strcspn(p, "{");

		text_add(out, p, plain);
		p += plain;
		if (!*p)
			break;
		add_value(out, f, p + 1);
		p += strcspn(p, "}") + 1;
	}
}

char *finding_text(const struct finding *f, char *out, size_t n)
{
	struct text t = { 0 };

	finding_add(&t, f);
	if (n)
		snprintf(out, n, "%s", t.s && !t.failed ? t.s : "");
	text_release(&t);
	return out;
}

enum finding_role finding_role(const struct finding *f)
{
	return rows[f->fact].role;
}

const char *finding_label(const struct finding *f)
{
	return rows[f->fact].label;
}

bool finding_told(const struct finding *f)
{
	return rows[f->fact].sentence != NULL;
}
