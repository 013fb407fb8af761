// Verdicts on connections that were closed, or had no end in the capture.
#include "judge/verdict_rows.h"

// Prose: clang-format gives up on it.
// clang-format off
const struct verdict verdict_close_rows[VERDICTS] = {
[ORDERLY_CLOSE] = {
	.name = "orderly_close",
	.title = "closed",
	.family = FAMILY_CLOSE,
	.uneventful = true,
	.gist = "FIN from both sides, and both were acknowledged",
	.sentence =
	    "Both sides closed with FIN, and each FIN was acknowledged: "
	    "nothing was lost.",
	.advice = "",
	.settle = "a capture that holds the last acknowledgment",
	.meaning =
	    "Each side said that it had sent all it had (FIN), and the other "
	    "confirmed that it had received all of it (an ACK of that FIN). No "
	    "byte was lost between the two kernels.\n"
	    "Who closed first is decided by what the FINs acknowledge, never "
	    "by time stamps, which depend on where the capture was taken: the "
	    "first closer's FIN does not acknowledge the other's. If neither "
	    "acknowledges the other, they crossed, and both closed first.\n",
	.kernel =
	    "close() and shutdown(SHUT_WR) call tcp_send_fin(); the process "
	    "need not be alive, because exit closes every descriptor. The "
	    "first closer goes through FIN_WAIT_1 and FIN_WAIT_2 to TIME_WAIT "
	    "(60 s on Linux), the other through CLOSE_WAIT and LAST_ACK to "
	    "CLOSED.\n",
	.proof =
	    "- a FIN from each side, and an acknowledgment number beyond each "
	    "of them\n"
	    "- a half-close is proved where data was sent after the other "
	    "side's FIN and acknowledged: that side had used "
	    "shutdown(SHUT_WR)\n",
	.unlike =
	    "- reset_data_after_fin: two FINs may be there, but one was never "
	    "acknowledged, only answered by RST, and so was data: it is "
	    "lost.\n"
	    "- A RST after both FINs were acknowledged answers a late or "
	    "repeated segment. Nobody sees it, and it changes nothing.\n",
	.programs =
	    "Each side's recv returns the remaining data and then 0, end of "
	    "file. A send on a socket that this side has not closed still "
	    "succeeds once.\n",
	.causes =
	    "- The normal end. A crash, exit or SIGKILL looks the same if "
	    "everything received had been read.\n",
},
[HALF_CLOSED] = {
	.name = "half_closed",
	.title = "half closed",
	.family = FAMILY_CLOSE,
	.gist = "FIN from one side only; the other never closed (CLOSE_WAIT)",
	.sentence =
	    "The {X} closed; the {Y} had not closed by the end of the capture "
	    "and sits in CLOSE_WAIT.",
	.advice =
	    "{Y}: close the socket when recv returns 0; if it never does, look "
	    "for a descriptor leak (ss -tanp state close-wait)",
	.settle =
	    "a longer capture, or ss -tanp state close-wait on the {Y}'s host, "
	    "which names the process that holds the socket",
	.meaning =
	    "One side said that it will send no more; the other said nothing "
	    "of the kind while the capture ran. TCP allows that (a "
	    "half-close), and a program that streams an answer uses it. "
	    "Otherwise a program has read end of file and not closed, or is "
	    "not reading at all.\n",
	.kernel =
	    "The FIN moves its receiver to CLOSE_WAIT (tcp_fin()), where it "
	    "stays until its program closes: no timer ends CLOSE_WAIT. The "
	    "closer waits in FIN_WAIT_2. If its program has closed the "
	    "descriptor altogether, the kernel forgets the connection after "
	    "net.ipv4.tcp_fin_timeout (60 s); whatever the other side sends "
	    "later is answered by RST.\n",
	.proof =
	    "- a FIN from one side, acknowledged or not, and none from the "
	    "other until the capture's end\n",
	.unlike =
	    "- reset_data_after_fin and reset_fin_wait_expired: what "
	    "half_closed turns into when the other side at last sends or "
	    "closes.\n"
	    "- The capture may simply have ended too soon; how long it went on "
	    "after the FIN is said.\n",
	.programs =
	    "The side in CLOSE_WAIT: recv returns the remaining data, then 0. "
	    "Its send succeeds, and draws a RST if the closer's socket is "
	    "gone; the send after that fails with EPIPE.\n",
	.causes =
	    "- A descriptor leak: an error path that forgets close(), a pool "
	    "that keeps dead connections; ends in \"Too many open files\".\n"
	    "- A thread that is blocked elsewhere and does not get to read the "
	    "end of file.\n"
	    "- A connection pool that is asked for nothing while the server's "
	    "idle timeout closes.\n"
	    "- A deliberate half-close: the request is complete, the answer is "
	    "still on its way.\n",
},
[STILL_OPEN] = {
	.name = "still_open",
	.title = "still open",
	.family = FAMILY_CLOSE,
	.uneventful = true,
	.gist = "no end in the capture",
	.sentence = "The capture holds no end of this connection.",
	.advice = "",
	.settle = "a capture that runs until the connection ends",
	.meaning =
	    "No FIN and no RST that its receiver would accept was captured, "
	    "and no side was left without an answer when the capture ended.\n",
	.kernel =
	    "An idle TCP connection sends nothing at all. Without SO_KEEPALIVE "
	    "it can stay ESTABLISHED for ever, even after the other host is "
	    "gone.\n",
	.proof =
	    "- no FIN, no acceptable RST, and nothing unacknowledged for long "
	    "enough to be called a timeout\n",
	.unlike =
	    "- timeout_retransmission: data was repeated until the capture's "
	    "end.\n"
	    "- reset_stale_peer: the next segment of a connection that looks "
	    "open may show that the other end has long been gone.\n",
	.programs = "A recv with nothing to read blocks, a send succeeds.\n",
	.causes =
	    "- The capture ended first, or the filter lost the end.\n"
	    "- An idle pooled connection.\n"
	    "- One end vanished without a word: power loss, a firewall that "
	    "forgot the connection. The other cannot know until it sends.\n",
},
};
// clang-format on
