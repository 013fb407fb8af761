// Verdicts on connections that one end aborted: its RST is active.
#include "judge/verdict_rows.h"

// Prose: clang-format gives up on it.
// clang-format off
const struct verdict verdict_abort_rows[VERDICTS] = {
[RESET_UNREAD_DATA] = {
	.name = "reset_unread_data",
	.title = "RESET, unread data",
	.family = FAMILY_RESET,
	.gist = "closed by a program that left received bytes unread",
	.sentence =
	    "The {X} closed while bytes from the {Y} lay unread in its receive "
	    "queue, so its kernel sent RST instead of FIN.",
	.against = {
		{ RESET_DATA_AFTER_FIN,
		  "a stack's answer to a late segment carries no ACK, and "
		  "window 0" },
		{ RESET_STALE_PEER,
		  "a stack's answer to a late segment carries no ACK, and "
		  "window 0" },
	},
	.advice =
	    "{X}: before closing, read what the {Y} sent, or shutdown(SHUT_WR) "
	    "and read until end of file",
	.settle =
	    "nstat TcpExtTCPAbortOnClose on the {X}'s host, which counts such "
	    "closes and nothing else",
	.meaning =
	    "A program closed its socket, or ended, without having read "
	    "everything that its kernel had received and acknowledged for it. "
	    "A FIN would have told the peer that all went well; TCP has to "
	    "send RST (RFC 1122, 4.2.2.13; RFC 2525, 2.17). How many bytes "
	    "were unread cannot be seen: one is enough.\n",
	.kernel =
	    "__tcp_close() empties the receive queue first and remembers "
	    "whether anything was in it. If so it calls "
	    "tcp_send_active_reset() (TCP_ABORT_ON_CLOSE, counted as "
	    "TCPAbortOnClose) before it even looks at SO_LINGER. exit, a crash "
	    "and SIGKILL close every descriptor in the same way. Because the "
	    "queue is empty when the RST is built, its window is that of an "
	    "empty queue.\n",
	.proof =
	    "- an active RST (ACK flag, live window, the next sequence number, "
	    "timestamps if negotiated) from a side that had received payload\n"
	    "- the window: the RST offers at least twice what was left of the "
	    "last window, which was at most half of the largest. A program "
	    "that had read would have caused a window update before, at "
	    "exactly that size (__tcp_cleanup_rbuf()). Measured on Linux: 237 "
	    "of 237 right, 0 wrong\n"
	    "- the acknowledgment: the RST is the first segment to acknowledge "
	    "the last payload, on a side that delays its ACKs. A program that "
	    "empties the queue causes an ACK as it reads: likely, not "
	    "certain\n",
	.unlike =
	    "- reset_linger_zero: the same segment. Payload that was never "
	    "received excludes unread data; a window that came back before the "
	    "RST, by updates, speaks for a program that had read. With a few "
	    "hundred bytes received there is no difference on the wire, and "
	    "both are named.\n"
	    "- reset_destroyed: the RST is built before the queue is freed, so "
	    "the window stays where it was.\n"
	    "- FreeBSD sends FIN here, so a FreeBSD sender excludes this "
	    "verdict; macOS sends RST for out-of-order bytes too.\n",
	.programs =
	    "the closer: nothing, its close returned 0.\n"
	    "its peer: recv returns what arrived before the RST, then fails "
	    "with ECONNRESET once, then returns 0; or, if it sends first, "
	    "ECONNRESET once, then EPIPE and SIGPIPE. Windows may throw away "
	    "what was not read yet, macOS and FreeBSD give EPIPE to the first "
	    "send.\n",
	.causes =
	    "- A server answers early (413, 401, a redirect) and closes while "
	    "the request's body is still coming. On Linux the answer can still "
	    "be read if the client reads before it reports the write error.\n"
	    "- A client stops a download halfway: curl with Ctrl-C, a player "
	    "that seeks, a cancelled request.\n"
	    "- A pipelined request, a trailing CRLF or a TLS close_notify that "
	    "nobody reads before close().\n"
	    "- A crash, exit or SIGKILL with requests queued.\n"
	    "- MSG_PEEK without a read; an urgent byte fetched with MSG_OOB "
	    "only.\n",
},
[RESET_LINGER_ZERO] = {
	.name = "reset_linger_zero",
	.title = "RESET, linger zero",
	.family = FAMILY_RESET,
	.gist =
	    "aborted on purpose with nothing unread: SO_LINGER {1,0}, or a "
	    "destroyed socket",
	.sentence =
	    "The {X} aborted the connection on purpose, with nothing left to "
	    "read: SO_LINGER with a timeout of zero, or its socket was "
	    "destroyed.",
	.against = {
		{ RESET_DATA_AFTER_FIN,
		  "a stack's answer to a late segment carries no ACK, and "
		  "window 0" },
		{ RESET_STALE_PEER,
		  "a stack's answer to a late segment carries no ACK, and "
		  "window 0" },
	},
	.advice =
	    "{X}: if the {Y} should see an orderly end, don't set SO_LINGER "
	    "{1,0} on this socket; if it is a health check or a timeout that "
	    "aborts, all is well",
	.settle =
	    "strace -e trace=setsockopt,close on the {X}'s program, or nstat "
	    "TcpExtTCPAbortOnData there; ss -K and connect(AF_UNSPEC) count "
	    "nowhere",
	.meaning =
	    "The owner of the socket decided to reset: the sender's unsent "
	    "data is thrown away and the peer is told by RST. It is a habit of "
	    "health checks and benchmarks (no TIME_WAIT is left behind), of "
	    "proxies that give up on a backend, and of servers that enforce a "
	    "timeout.\n",
	.kernel =
	    "__tcp_close() finds SOCK_LINGER with a time of zero and calls "
	    "tcp_disconnect(), which sends the RST (tcp_send_active_reset(), "
	    "reason TCP_STATE, counted as TCPAbortOnData). connect(AF_UNSPEC) "
	    "and ss -K (tcp_abort()) come to the same call: even the kernel's "
	    "own trace does not tell them apart.\n",
	.proof =
	    "- an active RST, and either no payload was ever received by its "
	    "sender (then nothing can have been unread), or window updates "
	    "show that it had read\n"
	    "- for the habit: the same host and port end connections so again "
	    "and again\n",
	.unlike =
	    "- reset_unread_data: see there. After a few hundred bytes the two "
	    "are the same on the wire.\n"
	    "- reset_destroyed: a window that stays small shows that data was "
	    "queued, which a close would have emptied.\n"
	    "- reset_listener_closed: several connections of one port, none "
	    "served, in one moment.\n"
	    "- ss -K and connect(AF_UNSPEC) on a socket with nothing queued "
	    "send exactly this; they are rare.\n",
	.programs =
	    "the aborter: nothing; with ss -K its own calls fail with "
	    "ECONNABORTED.\n"
	    "its peer: recv returns what is queued, then ECONNRESET once, then "
	    "0; send fails with ECONNRESET once, then EPIPE and SIGPIPE.\n",
	.causes =
	    "- Health checks of haproxy, keepalived and cloud load balancers: "
	    "handshake, then RST, no payload, at a steady pace. Harmless.\n"
	    "- MariaDB at wait_timeout, nginx with reset_timedout_connection, "
	    "haproxy at a server timeout.\n"
	    "- Load generators and scanners that must not run out of ports.\n",
},
[RESET_DESTROYED] = {
	.name = "reset_destroyed",
	.title = "RESET, socket destroyed",
	.family = FAMILY_RESET,
	.gist =
	    "torn down, not closed, with received data still queued: ss -K, "
	    "connect(AF_UNSPEC)",
	.sentence =
	    "The {X}'s socket was torn down, not closed, with bytes from the "
	    "{Y} still queued: ss -K, or connect with AF_UNSPEC.",
	.against = {
		{ RESET_DATA_AFTER_FIN,
		  "a stack's answer to a late segment carries no ACK, and "
		  "window 0" },
		{ RESET_STALE_PEER,
		  "a stack's answer to a late segment carries no ACK, and "
		  "window 0" },
	},
	.advice =
	    "{X}: find what destroys sockets on this host (ss -K, a network "
	    "manager, a BPF program, connect(AF_UNSPEC))",
	.settle =
	    "the audit log or shell history of the {X}'s host for ss -K; its "
	    "program saw ECONNABORTED",
	.meaning =
	    "The RST is its owner's, but it was not sent by a close: a close "
	    "empties the receive queue before the RST is built, and this RST's "
	    "window shows a queue that was still full.\n",
	.kernel =
	    "tcp_abort() (ss -K, SOCK_DESTROY, bpf_sock_destroy) and "
	    "tcp_disconnect() (connect with AF_UNSPEC) call "
	    "tcp_send_active_reset() before the receive queue is purged. "
	    "tcp_select_window() therefore keeps the right edge where it "
	    "was.\n",
	.proof =
	    "- an active RST whose window is what was left of the last one "
	    "offered, where that is at most half of the largest, or zero\n"
	    "- no keep-alive probes before it\n",
	.unlike =
	    "- reset_unread_data: the window would have jumped up.\n"
	    "- reset_linger_zero: after reading, window updates would have "
	    "brought it back.\n"
	    "- reset_listener_closed: leaves the window too; but then this "
	    "side never sent payload.\n",
	.programs =
	    "the owner: recv returns what is queued, then ECONNABORTED once; "
	    "after connect(AF_UNSPEC) another thread's recv fails with "
	    "ECONNRESET.\n"
	    "its peer: ECONNRESET once, as for any RST.\n",
	.causes =
	    "- An administrator's ss -K, or a script that cuts connections off "
	    "after a policy change.\n"
	    "- Android's netd, which destroys sockets when a network goes "
	    "away.\n"
	    "- A program that reuses a socket by connect(AF_UNSPEC).\n",
},
[RESET_LISTENER_CLOSED] = {
	.name = "reset_listener_closed",
	.title = "RESET, listener closed",
	.family = FAMILY_RESET,
	.gist =
	    "never accepted: the server closed or died with it in the accept "
	    "queue",
	.sentence =
	    "The server's program never accepted this connection: it closed "
	    "its listening socket, or ended, with the connection in the accept "
	    "queue.",
	.against = {
		{ RESET_BACKLOG_OVERFLOW,
		  "that RST answers the handshake's last ACK" },
	},
	.advice =
	    "server: when stopping, let the load balancer drain first and "
	    "accept what is queued before closing the listener",
	.settle =
	    "the service's restart or crash in its journal at this moment",
	.meaning =
	    "The kernel finishes handshakes on its own and queues the "
	    "connections for accept. When the listening socket goes, "
	    "everything in that queue is reset, with the data that the kernel "
	    "had already acknowledged.\n",
	.kernel =
	    "inet_csk_listen_stop() takes every queued child and calls "
	    "tcp_disconnect() by way of inet_child_forget(): an active RST "
	    "each (reason TCP_STATE), all at once. No TCPAbort counter "
	    "moves.\n",
	.proof =
	    "- an active RST from a server that never sent a byte of payload\n"
	    "- other connections of the same address and port ended so in the "
	    "same moment\n"
	    "- client data acknowledged, and a window that stayed where it "
	    "was: the data was never read\n",
	.unlike =
	    "- reset_linger_zero: a single connection without payload looks "
	    "the same; the neighbours decide.\n"
	    "- reset_backlog_overflow: a passive RST that answers the "
	    "handshake's last ACK.\n"
	    "- A worker that was killed resets its accepted connections too, "
	    "but only those with unread data; the others get a FIN.\n",
	.programs =
	    "client: connect and the first send succeeded; then recv or send "
	    "fails with ECONNRESET.\n"
	    "server: no program ever saw the connection.\n",
	.causes =
	    "- A restart or a deployment without draining.\n"
	    "- A crash or out-of-memory kill of the process that listens.\n"
	    "- A process that listens but never accepts, stopped at last.\n",
},
};
// clang-format on
