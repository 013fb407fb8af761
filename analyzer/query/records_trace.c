// Lines of a kernel trace, as tracefs (trace, trace_pipe), trace-cmd report and
// perf script print them:
//
//	     python3-2632    [000] .N... 14698.702393: tcp_send_reset: skbaddr=…
//	python3  2632 [000] 14698.753783:       tcp:tcp_send_reset: skbaddr=…
//
// The fields behind the event's name are KEY=VALUE, the same in all of them.
#include "query/records_event.h"

#include "base/nanoseconds.h"

#include <stdlib.h>
#include <string.h>

static void set_clock(struct record_file *f, int64_t time)
{
	static const int64_t newest_boot = INT64_C(100000000); // 3 years

	f->clock = time / SECOND < newest_boot ? CLOCK_SINCE_BOOT : CLOCK_WALL;
}

// Reasons --------------------------------------------------------------------

// A client may abort before its handshake is complete on the wire.
#define ABORTS                                                                 \
	(VERDICT_BIT(RESET_LINGER_ZERO) | VERDICT_BIT(RESET_DESTROYED) |       \
	 VERDICT_BIT(RESET_LISTENER_CLOSED) | VERDICT_BIT(CONNECT_ABANDONED))

// enum sk_rst_reason (include/net/rstreason.h): which verdicts it leaves. Of
// an answer to a segment it tells only that the host itself gave it: 0.
static const char reset_at_state[] =
    "the {X}'s kernel sent this RST for a socket that was aborted or "
    "destroyed, not closed with bytes unread";

static const struct reason {
	const char *name;
	enum record_form form;
	verdict_set allowed;
	const char *says;
} reasons[] = {
	{ "TCP_ABORT_ON_CLOSE", FORM_OF_SOCKET, VERDICT_BIT(RESET_UNREAD_DATA),
	  "the {X}'s kernel sent this RST since its program closed with "
	  "received bytes unread" },
	{ "TCP_ABORT_ON_LINGER", FORM_OF_SOCKET, VERDICT_BIT(RESET_LINGER_ZERO),
	  "the {X}'s kernel sent this RST since the socket was closed with "
	  "TCP_LINGER2 below zero" },
	{ "TCP_STATE", FORM_OF_SOCKET, ABORTS, reset_at_state },
	{ "TCP_DISCONNECT_WITH_DATA", FORM_OF_SOCKET, ABORTS,
	  "the {X}'s kernel sent this RST for a socket that was disconnected "
	  "with data still to send" },
	{ "TCP_KEEPALIVE_TIMEOUT", FORM_OF_SOCKET,
	  VERDICT_BIT(TIMEOUT_KEEPALIVE),
	  "the {X}'s kernel sent this RST since its keep-alive timer gave up" },
	{ "TCP_ABORT_ON_MEMORY", FORM_OF_SOCKET, EVERY_VERDICT,
	  "the {X}'s kernel sent this RST since it ran out of TCP memory or "
	  "had too many orphaned sockets" },
	{ "TCP_ABORT_ON_DATA", FORM_OF_ANSWER,
	  VERDICT_BIT(RESET_DATA_AFTER_FIN) |
	      VERDICT_BIT(RESET_FIN_WAIT_EXPIRED) |
	      VERDICT_BIT(RESET_LINGER_ZERO),
	  "the {X}'s kernel sent this RST since a segment came for a socket "
	  "that its program had closed" },
	{ "TCP_TIMEWAIT_SOCKET", FORM_OF_ANSWER,
	  VERDICT_BIT(RESET_DATA_AFTER_FIN),
	  "the {X}'s kernel sent this RST since data came after its program "
	  "had closed" },
	{ "INVALID_SYN", FORM_OF_ANSWER, VERDICT_BIT(RESET_BACKLOG_OVERFLOW),
	  "the {X}'s kernel sent this RST since it could not take the "
	  "handshake's last ACK" },
	{ "NO_SOCKET", FORM_OF_ANSWER, 0,
	  "the {X}'s kernel sent this RST: it had no socket for the segment "
	  "that it answers" },
	{ NULL, FORM_ANY, 0, "the {X}'s kernel itself sent this RST" },
};

// Without a reason (before Linux 6.10) skbaddr tells the form: a RST that
// answers no segment has none.
static const struct reason untold_socket = {
	NULL, FORM_OF_SOCKET, EVERY_VERDICT,
	"the {X}'s socket sent this RST; its kernel does not say why"
};

// enum record.mark: what else of that socket the trace shows.
enum {
	SAW_CLOSE = 1,   // its change to TCP_CLOSE just before
	BY_LISTENER = 2, // after its listener was closed by the same task
	BY_ABORT = 4,    // by tcp_abort(): its state had not changed
};

// True if no segment made the kernel send it.
static bool without_segment(const struct event *e)
{
	static const char *const nothing[] = { "0000000000000000", "(nil)",
					       "0x0", "(null)", "0" };

	for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
		if (event_says(e, "skbaddr=", nothing[i]))
			return true;
	return false;
}

static const struct reason *reason_of(const struct event *e)
{
	const struct reason *row = reasons;
	size_t n;
	const char *at = event_value(e, "reason=", &n);

	if (!at && without_segment(e))
		return &untold_socket;
	while (row->name &&
	       !(at && n == strlen(row->name) && !memcmp(at, row->name, n)))
		row++;
	return row;
}

// Events ---------------------------------------------------------------------

enum { NEAR_RECORDS = 64 }; // how far back a socket's record is looked for
static const int64_t AT_ONCE = 50 * MS;

// The last RST that this task's event, shortly after, may be about.
static struct record *sent_before(struct records *r, const struct event *e)
{
	for (size_t k = 0; k < NEAR_RECORDS && k < r->records; k++) {
		struct record *one = &r->record[r->records - 1 - k];

		if (one->file + 1 != r->files || e->time - one->time > AT_ONCE)
			return NULL;
		if (one->kind == RECORD_SENT && !strcmp(one->who, e->who) &&
		    one->port[0] == e->port[0] &&
		    !addr_cmp(&one->addr[1], &e->addr[1]))
			return one;
	}
	return NULL;
}

static bool listener_closing(const struct record_file *f, const struct event *e)
{
	for (size_t i = 0; i < f->listeners; i++)
		if (f->listener[i].task == e->task &&
		    f->listener[i].port == e->port[0])
			return true;
	return false;
}

static bool saw_close(const struct record_file *f, const struct event *e)
{
	for (size_t i = 0; !f->lost && i < RECORD_CLOSINGS; i++) {
		const struct record_closing *c = &f->closing[i];

		if (c->task == e->task && c->port[0] == e->port[0] &&
		    c->port[1] == e->port[1] && e->time >= c->time &&
		    e->time - c->time < AT_ONCE)
			return true;
	}
	return false;
}

// tcp_abort() (ss -K) sends before it changes the state, close() and connect()
// with AF_UNSPEC after.
static void look_closer(struct record *one, const struct event *e,
			const struct record_file *f)
{
	bool closed = event_says(e, "state=", "TCP_CLOSE") ||
		      event_says(e, "state=", "0x7") ||
		      event_says(e, "state=", "7");

	if (one->allowed != ABORTS)
		return;
	if (!closed) {
		one->allowed = VERDICT_BIT(RESET_DESTROYED) |
			       VERDICT_BIT(RESET_LINGER_ZERO);
		if (event_says(e, "state=", "TCP_FIN_WAIT2") ||
		    event_says(e, "state=", "0x5"))
			one->allowed |= VERDICT_BIT(RESET_FIN_WAIT_EXPIRED);
		one->mark = BY_ABORT;
		one->says = "the {X}'s kernel sent this RST since the socket "
			    "was destroyed without a close, as ss -K does";
	} else if (listener_closing(f, e)) {
		one->mark = BY_LISTENER;
	} else if (saw_close(f, e)) {
		one->allowed &= ~VERDICT_BIT(RESET_LISTENER_CLOSED);
		one->mark = SAW_CLOSE;
	}
}

static bool take_send_reset(struct records *r, const char *line)
{
	struct record_file *f = &r->file[r->files - 1];
	const struct reason *why;
	struct record one = { .kind = RECORD_SENT,
			      .rule = "kernel_reason",
			      .source = "tcp_send_reset" };
	struct event e;

	if (!event_of(line, "tcp_send_reset:", &e) || !event_ends(&e))
		return false;
	set_clock(f, e.time);
	why = reason_of(&e);
	one.time = e.time;
	one.form = (uint8_t)why->form;
	one.allowed = why->allowed;
	one.says = why->says;
	one.reason = why->name;
	memcpy(one.addr, e.addr, sizeof one.addr);
	memcpy(one.port, e.port, sizeof one.port);
	memcpy(one.who, e.who, sizeof one.who);
	look_closer(&one, &e, f);
	return records_add(r, &one);
}

static bool take_receive_reset(struct records *r, const char *line)
{
	struct record one = { .kind = RECORD_RECEIVED,
			      .allowed = EVERY_VERDICT,
			      .rule = "reset_received",
			      .source = "tcp_receive_reset",
			      .says = "the {X}'s socket took this RST" };
	struct event e;

	if (!event_of(line, "tcp_receive_reset:", &e) || !event_ends(&e))
		return false;
	set_clock(&r->file[r->files - 1], e.time);
	one.time = e.time;
	memcpy(one.addr, e.addr, sizeof one.addr);
	memcpy(one.port, e.port, sizeof one.port);
	return records_add(r, &one);
}

// What the task reset since its listener left TCP_LISTEN, until now that the
// listener is gone, was in the accept queue.
static void confirm(struct records *r, const struct event *e, int64_t since)
{
	for (size_t i = r->records; i-- > 0;) {
		struct record *one = &r->record[i];

		if (one->file + 1 != r->files || one->time < since)
			return;
		if (one->mark != BY_LISTENER || one->port[0] != e->port[0] ||
		    strcmp(one->who, e->who))
			continue;
		one->allowed = VERDICT_BIT(RESET_LISTENER_CLOSED);
		one->says = "the {X}'s kernel sent this RST since the "
			    "listening socket was closed with this connection "
			    "in its accept queue";
	}
}

// Here the trace begins after the listener left TCP_LISTEN: what its task has
// just closed may have been in its accept queue.
static void doubt(struct records *r, const struct event *e)
{
	for (size_t i = r->records; i-- > 0;) {
		struct record *one = &r->record[i];

		if (one->file + 1 != r->files || e->time - one->time > AT_ONCE)
			return;
		if (one->mark != SAW_CLOSE || one->port[0] != e->port[0] ||
		    strcmp(one->who, e->who))
			continue;
		one->allowed |= VERDICT_BIT(RESET_LISTENER_CLOSED);
		one->likeliest = VERDICT_NONE;
		one->says = reset_at_state;
	}
}

static void drop_listener(struct records *r, const struct event *e)
{
	struct record_file *f = &r->file[r->files - 1];

	for (size_t i = 0; i < f->listeners; i++) {
		if (f->listener[i].task != e->task ||
		    f->listener[i].port != e->port[0])
			continue;
		confirm(r, e, f->listener[i].time);
		f->listener[i] = f->listener[--f->listeners];
		return;
	}
	doubt(r, e);
}

// A listener's children are reset between its change to TCP_CLOSE and its own
// destruction (inet_csk_listen_stop()).
static bool take_set_state(struct records *r, const char *line)
{
	struct record_file *f = &r->file[r->files - 1];
	struct event e;

	if (!event_of(line, "inet_sock_set_state:", &e) || !event_ends(&e))
		return false;
	set_clock(f, e.time);
	if (!event_says(&e, "newstate=", "TCP_CLOSE"))
		return true;
	if (event_says(&e, "oldstate=", "TCP_LISTEN")) {
		if (f->listeners == RECORD_LISTENERS)
			memmove(f->listener, f->listener + 1,
				--f->listeners * sizeof *f->listener);
		f->listener[f->listeners++] =
		    (struct record_listener){ e.task, e.port[0], e.time };
		return true;
	}
	f->closing[f->closings++ % RECORD_CLOSINGS] = (struct record_closing){
		.task = e.task, .port = { e.port[0], e.port[1] }, .time = e.time
	};
	return true;
}

// Destroyed at once by the same task: by all likelihood a close. After
// connect() with AF_UNSPEC, which may leave bytes unread, the close that
// destroys the socket is a call of its own, and may follow as soon.
static bool take_destroy(struct records *r, const char *line)
{
	struct record_file *f = &r->file[r->files - 1];
	struct event e;
	struct record *one;

	if (!event_of(line, "tcp_destroy_sock:", &e) || !event_ends(&e))
		return false;
	set_clock(f, e.time);
	if (record_untold(&e.addr[1])) {
		drop_listener(r, &e);
		return true;
	}
	one = sent_before(r, &e);
	if (one && one->mark == SAW_CLOSE && one->allowed & ABORTS &&
	    !(one->allowed & ~ABORTS)) {
		one->likeliest = RESET_LINGER_ZERO;
		one->says = "the {X}'s kernel sent this RST since its program "
			    "closed with SO_LINGER {1,0} and nothing unread, "
			    "or disconnected by connect with AF_UNSPEC";
	}
	return true;
}

// A line that the script which `tcpwhy record` prints writes into the trace:
// what the clock on the wall showed just then.
static bool take_marker(struct records *r, const char *line)
{
	struct record_file *f = &r->file[r->files - 1];
	const char *at = strstr(line, "tcpwhy wall=");
	struct event e;
	char *end;
	int64_t wall;

	if (!at || (!event_of(line, "tracing_mark_write:", &e) &&
		    !event_of(line, "print:", &e)))
		return false;
	wall = (int64_t)strtoull(at + strlen("tcpwhy wall="), &end, 10);
	if (wall <= 0 || wall > INT64_MAX / SECOND - 1)
		return false;
	wall *= SECOND;
	for (int64_t unit = SECOND / 10;
	     *end && *++end >= '0' && *end <= '9' && unit; unit /= 10)
		wall += (*end - '0') * unit;
	f->marked = true;
	f->marker = wall - e.time;
	return true;
}

// "CPU:1 [LOST 1204 EVENTS]": from here on what is not there may have been.
static bool take_lost(struct records *r, const char *line)
{
	if (!strstr(line, "LOST ") || !strstr(line, " EVENTS"))
		return false;
	r->file[r->files - 1].lost = true;
	return true;
}

bool records_read_trace(struct records *r, const char *line)
{
	return take_send_reset(r, line) || take_set_state(r, line) ||
	       take_destroy(r, line) || take_receive_reset(r, line) ||
	       take_marker(r, line) || take_lost(r, line);
}
