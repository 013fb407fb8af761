// Verdicts on connections that never came to be.
#include "judge/verdict_rows.h"

// Prose: clang-format gives up on it.
// clang-format off
const struct verdict verdict_connect_rows[VERDICTS] = {
[CONNECT_REFUSED] = {
	.name = "connect_refused",
	.title = "REFUSED",
	.family = FAMILY_CONNECT,
	.gist =
	    "SYN answered by RST: nothing listens there, or a filter rejects",
	.sentence =
	    "The client's SYN was answered by RST: nothing listens on that "
	    "port, or a filter rejects it.",
	.against = {
		{ CONNECT_TIMEOUT, "there the SYN is not answered by RST" },
		{ RESET_BACKLOG_OVERFLOW,
		  "there the SYN is not answered by RST" },
	},
	.advice =
	    "server: check that the service runs and listens on this address "
	    "and port (ss -tlnp), then the firewall's reject rules",
	.settle =
	    "ss -tlnp on the server: a listener there means that a filter "
	    "answered; its rule counters say so (nft list ruleset, iptables "
	    "-vnL)",
	.meaning =
	    "The client's kernel asked for a connection and was told no, at "
	    "once. The host, or something in front of it, is up and answers.\n",
	.kernel =
	    "No socket matches the SYN: tcp_v4_rcv() calls tcp_v4_send_reset() "
	    "(reason NO_SOCKET), which answers RST+ACK with sequence number 0 "
	    "and window 0. A netfilter rule \"reject with tcp reset\" builds "
	    "the same segment in nf_send_reset(). On the client tcp_reset() "
	    "finds SYN_SENT and sets ECONNREFUSED.\n",
	.proof =
	    "- RST+ACK with sequence number 0 that acknowledges the SYN "
	    "exactly, and no SYN-ACK\n"
	    "- a RST that comes sooner than this host's other answers, or with "
	    "another TTL, was a filter's\n",
	.unlike =
	    "- connect_unreachable: the refusal came as an ICMP error. Port "
	    "unreachable (3/3) gives the program the same ECONNREFUSED.\n"
	    "- reset_backlog_overflow: there the SYN was answered by SYN-ACK "
	    "first.\n"
	    "- A filter on the host itself answers exactly as an empty port "
	    "does: from one capture they can't be told apart.\n",
	.programs =
	    "client: connect fails with ECONNREFUSED. Windows tries the SYN "
	    "about twice more, half a second apart, before it says 10061.\n"
	    "server: nothing. No program hears of it.\n",
	.causes =
	    "- The service is down, is restarting, or listens on 127.0.0.1 or "
	    "on another port.\n"
	    "- A deployment: the old process is gone, the new one does not "
	    "listen yet.\n"
	    "- A load balancer or Service without a healthy backend.\n"
	    "- A firewall that rejects rather than drops.\n",
},
[CONNECT_UNREACHABLE] = {
	.name = "connect_unreachable",
	.title = "UNREACHABLE",
	.family = FAMILY_CONNECT,
	.gist = "SYN answered by an ICMP error",
	.sentence =
	    "The client's SYN was answered by an ICMP error: no route, or a "
	    "router or firewall refuses.",
	.against = {
		{ CONNECT_REFUSED, "no RST came" },
		{ CONNECT_TIMEOUT, "the ICMP error quotes this very SYN" },
	},
	.advice =
	    "network: fix the route or the filter at the address that sent the "
	    "ICMP error",
	.settle =
	    "the ICMP message's sender and code: they name the router or "
	    "firewall and its reason",
	.meaning =
	    "Something on the way, or the host, reported that the SYN cannot "
	    "be delivered. The ICMP message quotes the SYN, so there is no "
	    "doubt which connection it is about.\n",
	.kernel =
	    "tcp_v4_err() finds the socket in SYN_SENT and turns type and code "
	    "into an errno (icmp_err_convert[]). Only then is the error fatal: "
	    "on an established connection it is remembered as a soft error, "
	    "and retransmission goes on.\n"
	    "- network unreachable (3/0): ENETUNREACH; host unreachable (3/1) "
	    "and administratively prohibited (3/13): EHOSTUNREACH; port "
	    "unreachable (3/3): ECONNREFUSED; protocol unreachable (3/2): "
	    "ENOPROTOOPT\n",
	.proof =
	    "- an ICMP or ICMPv6 error that quotes the SYN's addresses, ports "
	    "and sequence number, and no SYN-ACK\n",
	.unlike =
	    "- connect_timeout: the same fault without the courtesy of a "
	    "message.\n"
	    "- connect_refused: the answer was a RST.\n",
	.programs =
	    "client: connect fails with EHOSTUNREACH, ENETUNREACH, "
	    "ECONNREFUSED, by the code. Windows usually goes on until its "
	    "connect times out.\n"
	    "server: nothing.\n",
	.causes =
	    "- The host is off, so its router's ARP or neighbour discovery "
	    "fails: host unreachable after about three seconds.\n"
	    "- No route, a VPN that is down.\n"
	    "- A firewall with a reject rule: port unreachable or "
	    "administratively prohibited.\n",
},
[CONNECT_TIMEOUT] = {
	.name = "connect_timeout",
	.title = "NO ANSWER to SYN",
	.family = FAMILY_CONNECT,
	.gist = "SYN repeated, and no answer reached the client",
	.sentence = "The client sent its SYN and got no answer.",
	.against = {
		{ CONNECT_REFUSED,
		  "neither a RST nor an ICMP error was captured" },
		{ CONNECT_UNREACHABLE,
		  "neither a RST nor an ICMP error was captured" },
	},
	.advice =
	    "network: find where the SYN or its answer is dropped (capture at "
	    "the server); firewalls that drop, a wrong address and a full "
	    "accept queue look alike from here",
	.settle =
	    "a capture at the server: no SYN there is the path or a filter; "
	    "SYN without SYN-ACK is the server (nstat TcpExtListenDrops, "
	    "TcpExtListenOverflows); SYN-ACK sent is the way back",
	.meaning =
	    "The SYN vanished, or its answer did. Silence does not say "
	    "where.\n",
	.kernel =
	    "tcp_retransmit_timer() repeats the SYN: at 1, 3, 7, 15, 31, 63 s "
	    "and up to 127 s (tcp_syn_retries 6); Linux 6.5 and later first "
	    "once a second four times, and gives up after 131 s. Then "
	    "tcp_write_err() sets ETIMEDOUT. A server whose accept queue is "
	    "full drops SYNs in tcp_conn_request() and says nothing.\n",
	.proof =
	    "- a SYN, as a rule repeated with the same sequence number, and "
	    "nothing from the server\n",
	.unlike =
	    "- handshake_incomplete: there the server's SYN-ACK was "
	    "captured.\n"
	    "- A one-way capture shows SYNs only even where all is well; what "
	    "follows from the client then tells.\n",
	.programs =
	    "client: connect fails with ETIMEDOUT after about two minutes on "
	    "Linux, 75 s on BSD and macOS, 21 s on Windows (10060); most "
	    "programs give up sooner by a timer of their own.\n"
	    "server: nothing.\n",
	.causes =
	    "- A firewall or security group that drops.\n"
	    "- A host that is off, or an address that nobody has behind a "
	    "router that says nothing.\n"
	    "- An accept queue that is full because the program does not call "
	    "accept.\n"
	    "- Asymmetric routing: the answer takes another way and is dropped "
	    "as unknown there.\n",
},
[CONNECT_ABANDONED] = {
	.name = "connect_abandoned",
	.title = "ABANDONED in the handshake",
	.family = FAMILY_CONNECT,
	.gist =
	    "SYN-ACK answered by the client's RST: a scan, a health check, or "
	    "a client that had given up",
	.sentence =
	    "The server answered the SYN, and the client answered that with "
	    "RST: it did not want the connection, or no longer.",
	.advice = "",
	.settle =
	    "who the client is: the same address on many ports is a scan, the "
	    "same port at a steady pace a health check; otherwise ask that "
	    "program for its connect timeout",
	.meaning =
	    "The port is open, and the client did not go on. No data was "
	    "exchanged.\n",
	.kernel =
	    "Passive RST: the client's kernel has no socket for the SYN-ACK, "
	    "because a scanner sent the SYN from a raw socket, or a program "
	    "closed the socket while it was in SYN_SENT (tcp_v4_rcv(), "
	    "NO_SOCKET). Active RST: a program that had disabled quick ACKs "
	    "closes with linger zero before the handshake's last ACK was sent, "
	    "as haproxy's checks do.\n",
	.proof =
	    "- SYN, SYN-ACK, and a RST from the client whose sequence number "
	    "is the one that the SYN-ACK asks for\n"
	    "- RST without ACK and with window 0: nobody's socket (scan, or "
	    "given up). RST+ACK with a live window and timestamps: a program's "
	    "decision (health check)\n",
	.unlike =
	    "- reset_linger_zero: there the handshake was completed by an ACK "
	    "first.\n"
	    "- connect_timeout: the client gave up too, but no SYN-ACK came.\n"
	    "- A late SYN-ACK, after the client's own timeout, is answered by "
	    "the same RST as a scan's.\n",
	.programs =
	    "server: accept never returns this connection.\n"
	    "client: no call fails; a program that had given up knows by its "
	    "own timer.\n",
	.causes =
	    "- A half-open port scan (nmap -sS, masscan, zmap).\n"
	    "- A load balancer's health check.\n"
	    "- A client whose connect timeout is shorter than the path is "
	    "slow.\n"
	    "- A race between two addresses (Happy Eyeballs), lost by this "
	    "one.\n",
},
[HANDSHAKE_INCOMPLETE] = {
	.name = "handshake_incomplete",
	.title = "HANDSHAKE INCOMPLETE",
	.family = FAMILY_CONNECT,
	.gist =
	    "SYN-ACK repeated: the client's last ACK never reached the server",
	.sentence =
	    "The server repeated its SYN-ACK: the ACK that completes the "
	    "handshake did not arrive there, or the server ignored it.",
	.against = {
		{ CONNECT_TIMEOUT, "the server's SYN-ACK was captured" },
	},
	.advice =
	    "server: compare nstat TcpExtListenOverflows with the time; raise "
	    "the listen backlog and somaxconn or accept faster; if it stays at "
	    "zero, look for loss on the path",
	.settle =
	    "nstat TcpExtListenOverflows and TcpExtTCPDeferAcceptDrop on the "
	    "server, or a capture there: is the client's ACK in it?",
	.meaning =
	    "The server got the SYN and answered, more than once. Either its "
	    "SYN-ACK does not reach the client, or the client's ACK does not "
	    "reach the server, or it arrives and the server has no room: Linux "
	    "ignores the ACK while the accept queue is full.\n",
	.kernel =
	    "reqsk_timer_handler() repeats the SYN-ACK after 1, 3, 7, 15, 31 s "
	    "and drops the request at 63 s (tcp_synack_retries 5). "
	    "tcp_v4_syn_recv_sock() refuses to create the connection while the "
	    "accept queue is full (ListenOverflows); TCP_DEFER_ACCEPT ignores "
	    "a bare ACK until data comes.\n",
	.proof =
	    "- the same SYN-ACK more than once, and no data acknowledged by "
	    "the server\n"
	    "- the client's ACK captured, and SYN-ACKs after it: the ACK was "
	    "lost behind the capture point, or ignored\n"
	    "- client data repeated while the SYN-ACKs repeat speaks for a "
	    "full accept queue\n",
	.unlike =
	    "- connect_timeout: no SYN-ACK at all.\n"
	    "- reset_backlog_overflow: the server said so by RST "
	    "(tcp_abort_on_overflow).\n"
	    "- A full accept queue and a path that loses one direction look "
	    "the same in one capture.\n",
	.programs =
	    "client: where its ACK was sent, connect succeeded; what it sends "
	    "is repeated, and recv blocks until ETIMEDOUT, or ECONNRESET once "
	    "the server has forgotten the request.\n"
	    "server: accept does not return it.\n",
	.causes =
	    "- A program that is too slow to accept, or a backlog that is too "
	    "small.\n"
	    "- A SYN flood with forged sources: SYN-ACKs that nobody "
	    "answers.\n"
	    "- Asymmetric routing or a firewall that sees one direction "
	    "only.\n",
},
[RESET_BACKLOG_OVERFLOW] = {
	.name = "reset_backlog_overflow",
	.title = "RESET, accept queue overflow",
	.family = FAMILY_CONNECT,
	.gist =
	    "the ACK that completes the handshake was answered by RST: accept "
	    "queue full, or listener gone",
	.sentence =
	    "The server answered the SYN, and then the client's ACK with RST: "
	    "its accept queue was full, or the listener had gone in between.",
	.against = {
		{ CONNECT_REFUSED, "the SYN itself was answered by SYN-ACK" },
	},
	.advice =
	    "server: raise the listen backlog and net.core.somaxconn or accept "
	    "faster; net.ipv4.tcp_abort_on_overflow=0 makes it wait instead of "
	    "reset",
	.settle =
	    "nstat TcpExtListenOverflows (queue full) and TcpExtEmbryonicRsts "
	    "on the server; sysctl net.ipv4.tcp_abort_on_overflow",
	.meaning =
	    "The handshake was complete as the client sees it, and the "
	    "server's kernel took it back before any program could accept "
	    "it.\n",
	.kernel =
	    "With tcp_abort_on_overflow=1 tcp_check_req() answers the ACK by "
	    "RST when the accept queue is full (ListenOverflows, "
	    "EmbryonicRsts). If the listener was closed in between there is no "
	    "socket any more, and tcp_v4_rcv() answers. A wrong SYN cookie "
	    "gives the same.\n",
	.proof =
	    "- SYN, SYN-ACK, the client's ACK or first data, and a passive RST "
	    "whose sequence number is what that ACK acknowledges; the server "
	    "sent no payload\n"
	    "- repeated SYN-ACKs, or several clients at the same time, speak "
	    "for the full queue\n",
	.unlike =
	    "- reset_listener_closed: an active RST, and a whole queue of "
	    "connections at the same moment.\n"
	    "- connect_refused: the SYN itself was refused.\n"
	    "- A firewall that rejects after the handshake sends the same "
	    "segment.\n",
	.programs =
	    "client: connect succeeded; the next recv or send fails with "
	    "ECONNRESET.\n"
	    "server: accept never returned it.\n",
	.causes =
	    "- A burst of connections against a small backlog, or an event "
	    "loop that is stuck.\n"
	    "- A service that stops at that moment.\n",
},
};
// clang-format on
