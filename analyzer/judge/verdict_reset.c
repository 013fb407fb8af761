// Verdicts on connections that were reset by the answer to a segment that came
// too late, by a device on the path, or by nobody knows whom.
#include "judge/verdict_rows.h"

// Prose: clang-format gives up on it.
// clang-format off
const struct verdict verdict_reset_rows[VERDICTS] = {
[RESET_DATA_AFTER_FIN] = {
	.name = "reset_data_after_fin",
	.title = "RESET, data after FIN",
	.family = FAMILY_RESET,
	.gist =
	    "one side closed (FIN), the other's data came after it and was "
	    "answered by RST",
	.sentence =
	    "The {X} closed first; the {Y}'s data came to a socket that was "
	    "gone, and the {X}'s kernel answered with RST.",
	.against = {
		{ RESET_UNREAD_DATA, "that RST carries ACK and a live window" },
		{ RESET_LINGER_ZERO, "that RST carries ACK and a live window" },
		{ HALF_CLOSED,
		  "a program that still reads would have had the data "
		  "acknowledged" },
	},
	.advice =
	    "{Y}: when recv returns 0, close; reuse a connection for a shorter "
	    "time than the {X} keeps it idle, and ignore SIGPIPE or send with "
	    "MSG_NOSIGNAL",
	.settle = "",
	.meaning =
	    "The first side said by FIN that it will send no more. Its program "
	    "had closed for reading too, which a FIN cannot say, so the data "
	    "that came afterwards had nobody to go to: it is lost. This is how "
	    "a broken pipe comes about: the first write succeeds and draws the "
	    "RST, the second one fails.\n",
	.kernel =
	    "After close() the socket is an orphan in FIN_WAIT_1 or "
	    "FIN_WAIT_2. Data for it meets tcp_timewait_state_process() "
	    "(TCP_TW_RST) or tcp_rcv_state_process() (TCP_ABORT_ON_DATA, "
	    "counted as TCPAbortOnData), and tcp_v4_send_reset() answers. At "
	    "the sender, in CLOSE_WAIT, tcp_reset() sets EPIPE, not "
	    "ECONNRESET.\n",
	.proof =
	    "- a FIN from one side, data from the other behind it or crossing "
	    "it, and a passive RST (no ACK, window 0, no options) whose "
	    "sequence number is the acknowledgment number of that data\n"
	    "- this excludes a half-close: a program that still reads would "
	    "have acknowledged the data\n",
	.unlike =
	    "- reset_unread_data and reset_linger_zero: their RST carries ACK "
	    "and a live window, and answers nothing.\n"
	    "- reset_fin_wait_expired: there the late segment was a FIN "
	    "without data.\n"
	    "- reset_stale_peer: there no FIN came before.\n"
	    "- A lone TLS close_notify (24 to 31 bytes) after the FIN draws "
	    "the same RST and loses nothing.\n",
	.programs =
	    "the first closer: nothing, it had closed.\n"
	    "the other: recv returns 0, end of file, and never ECONNRESET. The "
	    "send that drew the RST succeeded; the next fails with EPIPE and "
	    "raises SIGPIPE, which kills a program that does not ignore it. On "
	    "Windows 10053 or 10054.\n",
	.causes =
	    "- The keep-alive race: a server closes an idle connection at the "
	    "moment when the client sends its next request (\"socket hang "
	    "up\", 502, \"upstream prematurely closed\"). The client's pool "
	    "must give up sooner than the server does.\n"
	    "- A pool that hands out a connection which the server closed long "
	    "ago: \"MySQL server has gone away\".\n"
	    "- A peer that crashed with an empty receive queue: its kernel "
	    "closed for it.\n"
	    "- A server that closes after an error while the client is still "
	    "sending the body.\n",
},
[RESET_FIN_WAIT_EXPIRED] = {
	.name = "reset_fin_wait_expired",
	.title = "RESET, FIN_WAIT expired",
	.family = FAMILY_RESET,
	.gist =
	    "one side closed, its FIN_WAIT_2 ran out, and the other's late FIN "
	    "met no socket",
	.sentence =
	    "The {X} closed first; the {Y} did not close in time, and the "
	    "{X}'s kernel, done with waiting, answered or ended it with RST.",
	.advice =
	    "{Y}: close when recv returns 0; nothing was lost, but the socket "
	    "sat in CLOSE_WAIT until then",
	.settle = "",
	.meaning =
	    "One side closed, and the other so late, or never, that the first "
	    "one's kernel stopped waiting for it. No data is lost; it shows a "
	    "program that leaves sockets in CLOSE_WAIT.\n",
	.kernel =
	    "An orphaned socket in FIN_WAIT_2 is kept for "
	    "net.ipv4.tcp_fin_timeout (60 s) as a small tcp_timewait_sock and "
	    "then dropped without a word. The late FIN finds no socket, and "
	    "tcp_v4_rcv() answers with RST (NO_SOCKET). Windows does not drop "
	    "it in silence: after 120 s it sends a RST of its own.\n",
	.proof =
	    "- two FINs; the second one, later than the first side's "
	    "FIN_WAIT_2 can last, was answered by a passive RST and never "
	    "acknowledged\n"
	    "- or, where the closer is not Linux, one FIN, acknowledged, a "
	    "long wait, and the closer's own RST: a timer's\n",
	.unlike =
	    "- orderly_close: there the second FIN was acknowledged.\n"
	    "- reset_data_after_fin: there data came with or before the late "
	    "FIN.\n",
	.programs =
	    "the first closer: nothing.\n"
	    "the other: recv returned 0 long ago; if it closes, close returns "
	    "0 and it notices nothing; if it sends after the RST, EPIPE.\n",
	.causes =
	    "- A pool that closes its dead connections minutes later.\n"
	    "- A worker that was busy for more than a minute between end of "
	    "file and close.\n"
	    "- A leak that ended with the process.\n",
},
[RESET_STALE_PEER] = {
	.name = "reset_stale_peer",
	.title = "RESET, stale peer",
	.family = FAMILY_RESET,
	.gist =
	    "one side had lost the connection without saying so, and a segment "
	    "sent to it was answered by RST",
	.sentence =
	    "The {X} no longer knew this connection and had never said so; the "
	    "{Y}'s next segment was answered by RST.",
	.against = {
		{ RESET_UNREAD_DATA,
		  "the RST of a close or an abort carries ACK and a live "
		  "window" },
		{ RESET_LINGER_ZERO,
		  "the RST of a close or an abort carries ACK and a live "
		  "window" },
	},
	.advice =
	    "{Y}: expect this after a restart of the {X} and reconnect; "
	    "SO_KEEPALIVE with short intervals finds such connections before "
	    "they are used",
	.settle =
	    "the {X}'s boot and restart times, and a capture there: did the "
	    "segment arrive, and did that host send the RST?",
	.meaning =
	    "One end of the connection vanished: its host restarted, its "
	    "kernel gave up unheard, traffic was moved to another machine. The "
	    "other end went on believing in it until it sent something.\n"
	    "The same the other way round: a new SYN arrives on a connection "
	    "that the other side still holds. It answers with an ACK (a "
	    "challenge), the SYN's sender does not know that connection and "
	    "resets it, and the next SYN gets through.\n",
	.kernel =
	    "tcp_v4_rcv() finds no socket (NO_SOCKET), or only a listener "
	    "(TCP_FLAGS), and answers. For the SYN on a held connection: "
	    "tcp_validate_incoming() sends a challenge ACK (RFC 5961), "
	    "tcp_rcv_synsent_state_process() answers it with RST, and the SYN "
	    "is repeated a little later.\n",
	.proof =
	    "- a passive RST, whose sequence number is the acknowledgment "
	    "number of the segment before, from a side that had sent neither "
	    "FIN nor RST\n"
	    "- or the four packets: SYN, an ACK with unrelated numbers, RST, "
	    "SYN again\n",
	.unlike =
	    "- reset_idle_expired: a device on the path forgot the connection, "
	    "not the peer. Its RST tends to have another TTL, and the idle "
	    "time is a round one that several connections share.\n"
	    "- reset_data_after_fin: there the peer had said FIN.\n"
	    "- A firewall rule that begins to reject sends the same segment; "
	    "so does a wrong backend behind a load balancer. Restart, silent "
	    "timeout, wrong backend and reject cannot be told apart in one "
	    "capture.\n",
	.programs =
	    "the side that sent: the next recv fails with ECONNRESET once, "
	    "then returns 0; or the next send, ECONNRESET once, then EPIPE.\n"
	    "the side that forgot: no program is concerned.\n",
	.causes =
	    "- A server or a virtual machine that was restarted, or failed "
	    "over.\n"
	    "- A load balancer target that was deregistered; a changed "
	    "kube-proxy or NAT entry.\n"
	    "- A client that rebooted and uses the same port again: one second "
	    "of delay at connect.\n",
},
[RESET_IDLE_EXPIRED] = {
	.name = "reset_idle_expired",
	.title = "RESET, idle timeout on the path",
	.family = FAMILY_RESET,
	.gist =
	    "idle until a NAT, firewall or load balancer forgot it; the next "
	    "segment was answered by RST",
	.sentence =
	    "The connection lay idle until something on the path forgot it; "
	    "the next segment was answered by RST in the {X}'s name.",
	.advice =
	    "both: send keep-alives (SO_KEEPALIVE, TCP_KEEPIDLE) or close idle "
	    "connections well before the device's idle timeout, or raise that "
	    "timeout",
	.settle =
	    "a capture at the {X}: if it sent no RST there, the device did; or "
	    "the idle timeout in the device's configuration",
	.meaning =
	    "NATs, firewalls and load balancers keep a table of connections "
	    "and drop idle rows from it, usually without telling either end. "
	    "The first segment after that belongs to no row, and the device "
	    "answers for the end that it hides.\n",
	.kernel =
	    "Nothing happens in either kernel until the RST arrives; then "
	    "tcp_reset() sets ECONNRESET. The other end hears nothing and "
	    "keeps its socket until it sends, or for ever.\n",
	.proof =
	    "- a long gap, one segment, and a RST at once\n"
	    "- the RST's TTL unlike that of the peer's packets, or an answer "
	    "that is faster than the peer can be\n"
	    "- the same idle time on several connections, or one that is "
	    "known: 350 s AWS NLB and NAT gateway, 240 s Azure, 600 s Google "
	    "Cloud, 900 s IPVS, 3600 s many firewalls\n",
	.unlike =
	    "- reset_stale_peer: a peer that restarted gives the same three "
	    "packets. TTL, the time of the answer, and other connections "
	    "decide; failing those, both are named.\n"
	    "- timeout_retransmission: a device that drops instead of "
	    "resetting.\n",
	.programs =
	    "the side that sent: ECONNRESET on its next recv, or send.\n"
	    "the other: nothing; a blocked recv goes on blocking.\n",
	.causes =
	    "- Database and gRPC connections that are used rarely, through a "
	    "load balancer.\n"
	    "- Connection pools whose idle time is longer than the device's.\n"
	    "- Keep-alives left at the default: 7200 s before the first "
	    "probe.\n",
},
[RESET_INJECTED] = {
	.name = "reset_injected",
	.title = "RESET, injected",
	.family = FAMILY_RESET,
	.gist =
	    "RST forged by something on the path: it contradicts the supposed "
	    "sender's own packets",
	.sentence =
	    "Something on the path forged a RST in the {X}'s name: the {X}'s "
	    "own packets contradict it.",
	.advice =
	    "network: look for a firewall, intrusion prevention or traffic "
	    "filter between the two, on the {X}'s side of the capture",
	.settle =
	    "a capture at the {X}: a RST that arrives at one end and was never "
	    "sent by the other is forged",
	.meaning =
	    "A device that is neither client nor server ended the connection "
	    "by sending a RST that claims to come from one of them, or one to "
	    "each.\n",
	.kernel =
	    "The receiver cannot know: tcp_validate_incoming() asks only "
	    "whether the sequence number is the next expected one (RFC 5961). "
	    "The supposed sender knows nothing and goes on sending; its "
	    "segments are answered by RST.\n",
	.proof =
	    "- life after death: the supposed sender sends new data after the "
	    "RST, with sequence numbers beyond it\n"
	    "- a sequence number that its own data had already passed, or that "
	    "is copied from another packet; several RSTs with growing "
	    "numbers\n"
	    "- TTL, IP ID, window or options unlike those of all its other "
	    "packets; an answer sooner than the round trip allows; both ends "
	    "reset at one instant\n",
	.unlike =
	    "- A passive RST of a normal Linux host has window 0, no options "
	    "and IP ID 0. None of that is a sign of forgery.\n"
	    "- A host whose RST crossed its own data on the way is not forging "
	    "either: order and retransmission are looked at first.\n"
	    "- reset_idle_expired: a device as well, but in answer to a "
	    "segment after a long silence.\n",
	.programs =
	    "the reset side: ECONNRESET on recv or send, as for a real RST.\n"
	    "the other: the same if it got one too, else it repeats its data "
	    "until its own timeout.\n",
	.causes =
	    "- A firewall or intrusion prevention system with a rule on "
	    "content or on a TLS server name.\n"
	    "- Censorship or traffic management at a provider: RST right after "
	    "the ClientHello or the first request.\n"
	    "- A NAT that leaks packets of connections that it has lost "
	    "(conntrack INVALID).\n",
},
[RESET_UNEXPLAINED] = {
	.name = "reset_unexplained",
	.title = "RESET, unexplained",
	.family = FAMILY_RESET,
	.gist = "a RST that none of the other verdicts explains",
	.sentence =
	    "A RST from the {X} ended the connection, and its form fits none "
	    "of the known causes.",
	.advice = "",
	.settle =
	    "a capture at the {X}, with whole packets and from the "
	    "connection's start",
	.meaning =
	    "The RST is real and its receiver must accept it, but neither an "
	    "owner's RST nor a stack's answer looks like it, or what came "
	    "before it was not captured.\n",
	.kernel =
	    "Not Linux as we know it: Linux sends only the two forms. Other "
	    "stacks, user-space stacks, load balancers and hardware do it in "
	    "their own way.\n",
	.proof =
	    "- a RST whose flags, window, options and numbers contradict each "
	    "of the other verdicts\n",
	.unlike =
	    "- Every other reset verdict; why each of them was excluded is "
	    "said beside the finding.\n",
	.programs =
	    "the reset side: ECONNRESET on recv or send, end of file if a FIN "
	    "came before.\n",
	.causes =
	    "- A proxy, load balancer or embedded stack.\n"
	    "- A capture that lacks the packets which would explain it.\n",
},
};
// clang-format on
