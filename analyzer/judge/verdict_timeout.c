// Verdicts on connections that died of silence, and on those nobody can judge.
#include "judge/verdict_rows.h"

// Prose: clang-format gives up on it.
// clang-format off
const struct verdict verdict_timeout_rows[VERDICTS] = {
[TIMEOUT_RETRANSMISSION] = {
	.name = "timeout_retransmission",
	.title = "TIMEOUT, retransmission",
	.family = FAMILY_TIMEOUT,
	.gist =
	    "data repeated without acknowledgment until the sender gave up or "
	    "the capture ended",
	.sentence =
	    "The {X} repeated its data and nothing came back from the {Y}, "
	    "until it gave up or the capture ended.",
	.against = {
		{ TIMEOUT_KEEPALIVE,
		  "what was repeated is data or a FIN, and no probe" },
	},
	.advice =
	    "network: find where the {X}'s packets or the {Y}'s answers are "
	    "dropped; TCP_USER_TIMEOUT on the {X} makes it notice sooner",
	.settle =
	    "a capture at the {Y}: do the repeated segments arrive there, and "
	    "does it answer?",
	.meaning =
	    "From one moment on, nothing of this connection got through: the "
	    "path was cut, a firewall forgot it and drops, or the other host "
	    "is gone. Nobody said so; the sender notices only because its data "
	    "is not acknowledged.\n",
	.kernel =
	    "tcp_retransmit_timer() repeats the oldest segment and doubles the "
	    "wait each time, from 200 ms and the round trip up to 120 s. After "
	    "net.ipv4.tcp_retries2 (15 times, about 15 minutes) or "
	    "TCP_USER_TIMEOUT tcp_write_err() sets ETIMEDOUT and says nothing "
	    "on the wire.\n",
	.proof =
	    "- the same sequence numbers again and again with growing gaps, "
	    "and not one segment from the other side\n"
	    "- only large segments repeated, while small ones passed: the "
	    "path's MTU\n",
	.unlike =
	    "- timeout_zero_window: the other side answers, with a window of "
	    "zero.\n"
	    "- timeout_keepalive: probes without data, evenly spaced.\n"
	    "- A one-way capture looks the same if the acknowledgments take "
	    "another way: then the data goes on, rather than repeats.\n",
	.programs =
	    "the sender: ETIMEDOUT on recv or send once it has given up, on "
	    "Linux by default after about 15 minutes; or EHOSTUNREACH if ICMP "
	    "errors came. Until then recv blocks, and send succeeds while the "
	    "buffer has room.\n"
	    "the other: a recv goes on blocking for ever, without "
	    "keep-alives.\n",
	.causes =
	    "- A cable, a VPN, a host or a virtual machine that went away.\n"
	    "- A NAT or firewall that dropped an idle connection in silence: "
	    "the first data after the gap is the first to be repeated.\n"
	    "- A path MTU black hole: ICMP \"fragmentation needed\" "
	    "filtered.\n"
	    "- A changed route or security group in mid-connection.\n",
},
[TIMEOUT_KEEPALIVE] = {
	.name = "timeout_keepalive",
	.title = "TIMEOUT, keep-alive",
	.family = FAMILY_TIMEOUT,
	.gist =
	    "keep-alive probes unanswered, then the prober's RST, or silence",
	.sentence =
	    "The {X}'s keep-alive probes got no answer from the {Y}, and it "
	    "gave the connection up.",
	.against = {
		{ TIMEOUT_RETRANSMISSION,
		  "the probes carry no data, nothing was outstanding" },
	},
	.advice =
	    "network: the {Y}'s host or the path to it was gone; find out when "
	    "it went, the keep-alive only noticed it",
	.settle =
	    "nstat TcpExtTCPAbortOnTimeout and TcpExtTCPKeepAlive on the {X}'s "
	    "host, and a capture at the {Y}",
	.meaning =
	    "The connection was idle. One side asked whether the other is "
	    "still there, several times, and heard nothing. So it reset the "
	    "connection for itself; the RST tells a peer that is not "
	    "listening.\n",
	.kernel =
	    "tcp_keepalive_timer() sends a segment without data at the last "
	    "acknowledged byte (tcp_write_wakeup()) after tcp_keepalive_time "
	    "(7200 s), then every tcp_keepalive_intvl (75 s). After "
	    "tcp_keepalive_probes (9), or TCP_USER_TIMEOUT, it sends an active "
	    "RST (TCP_KEEPALIVE_TIMEOUT, counted as TCPAbortOnTimeout) and "
	    "sets ETIMEDOUT.\n",
	.proof =
	    "- evenly spaced segments without data, sequence number one below "
	    "the next, unanswered; then an active RST one interval after the "
	    "last one\n"
	    "- nothing else sends probes and then such a RST: two or more "
	    "probes make it certain\n",
	.unlike =
	    "- timeout_retransmission: data was outstanding, and the gaps "
	    "double.\n"
	    "- timeout_zero_window: the same segments, but sent because the "
	    "window is shut, and answered.\n"
	    "- Count or user timeout cannot be told apart, unless count and "
	    "interval are the defaults.\n",
	.programs =
	    "the prober: ETIMEDOUT on recv or send, once.\n"
	    "the other: if it is alive and the RST reaches it, ECONNRESET; "
	    "else nothing.\n",
	.causes =
	    "- A host that lost power, a laptop that was closed, a mobile that "
	    "left the network.\n"
	    "- A firewall that forgot the idle connection and drops.\n",
},
[TIMEOUT_ZERO_WINDOW] = {
	.name = "timeout_zero_window",
	.title = "TIMEOUT, zero window",
	.family = FAMILY_TIMEOUT,
	.gist =
	    "the receiver's window stayed at zero and window probes went on "
	    "until the end",
	.sentence =
	    "The {X}'s receive window stayed at zero: its program stopped "
	    "reading, and the {Y} could only send window probes.",
	.against = {
		{ TIMEOUT_RETRANSMISSION,
		  "nothing could be sent, the window was shut" },
	},
	.advice =
	    "{X}: find out why the program does not read (blocked, stopped, "
	    "deadlocked with its peer); its kernel is alive and answers",
	.settle =
	    "ss -tnp on the {X}'s host: a Recv-Q that stays full names the "
	    "process; then its stack (gdb, jstack, py-spy)",
	.meaning =
	    "The receiver's kernel answers, but has no room: its program does "
	    "not read. The sender must not send and asks again and again "
	    "whether the window has opened.\n",
	.kernel =
	    "tcp_probe_timer() sends a segment without data at the last "
	    "acknowledged byte, with growing gaps up to 120 s. As long as each "
	    "is answered it goes on for ever; if the answers stop, "
	    "tcp_retries2 applies, and ETIMEDOUT. A process that is stopped or "
	    "deadlocked keeps its kernel's answers coming.\n",
	.proof =
	    "- window 0 from the receiver, probes from the sender, and no "
	    "segment that opens the window until the end\n",
	.unlike =
	    "- timeout_retransmission: there nothing answers.\n"
	    "- timeout_keepalive: the same probe, but the last window was "
	    "open.\n"
	    "- A window that is shut for a moment is ordinary flow control.\n",
	.programs =
	    "the side that does not read: its recv would succeed at once; it "
	    "is not called.\n"
	    "the sender: send blocks, or EAGAIN; ETIMEDOUT only after the "
	    "answers stop, or by TCP_USER_TIMEOUT.\n",
	.causes =
	    "- A deadlock: both programs write and neither reads.\n"
	    "- A consumer that is stopped (SIGSTOP, a debugger, a container "
	    "that is frozen) or slow for good.\n"
	    "- A server that waits for a lock or a disk while its client "
	    "streams.\n",
},
[UNKNOWN] = {
	.name = "unknown",
	.title = "unknown",
	.family = FAMILY_UNKNOWN,
	.gist = "too little was captured to say",
	.sentence =
	    "Too little of this connection was captured to say how it ended.",
	.advice = "",
	.settle =
	    "a capture that begins before the connection does, sees both "
	    "directions and holds whole headers (snap length of 128 bytes or "
	    "more)",
	.meaning =
	    "The packets that would decide are not in the capture: it began in "
	    "the middle, shows one direction only, lost packets, or cut "
	    "them.\n",
	.kernel = "Nothing can be said about it.\n",
	.proof = "- no ending is proved, and none can be excluded\n",
	.unlike =
	    "- still_open: there the capture is whole, and shows no end.\n",
	.programs = "Not known.\n",
	.causes =
	    "- A capture filter or a span port that shows one direction.\n"
	    "- A ring buffer whose earlier files are missing: give all of its "
	    "files at once.\n",
},
};
// clang-format on
