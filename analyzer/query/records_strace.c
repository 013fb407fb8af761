// Lines of strace -f -tt -yy (or -ttt), whose descriptors name their sockets:
//
//	2632 14:38:26.571155 setsockopt(5<TCP:[10.0.0.9:80->10.0.0.5:50012]>, SOL_SOCKET, SO_LINGER, …
//	2632 14:38:26.571206 close(5<TCP:[10.0.0.9:80->10.0.0.5:50012]>) = 0
//	2632 14:38:30.532688 +++ killed by SIGKILL +++
//
// A socket that is closed with bytes unread and one that is closed with
// SO_LINGER 0 send the same RST; what the program set and read tells which it
// was. A listener's SO_LINGER is its connections' from the start, and a client
// sets it before there is an address to name: so these are followed as well.
#include "query/records_call.h"

#include <stdlib.h>
#include <string.h>

#define EITHER (VERDICT_BIT(RESET_UNREAD_DATA) | VERDICT_BIT(RESET_LINGER_ZERO))

// Sockets --------------------------------------------------------------------

// "10.0.0.9:80" or "[::1]:80" at s, up to one of `ends`; NULL: it is none.
static const char *take_end(const char *s, const char *ends, struct addr *a,
			    uint16_t *port)
{
	size_t n = strcspn(s, ends), colon = n;

	while (colon > 0 && s[colon - 1] != ':')
		colon--;
	if (colon < 2)
		return NULL;
	*port = (uint16_t)strtoul(s + colon, NULL, 10);
	return (*s == '[' ? colon > 3 && addr_parse(s + 1, colon - 3, a)
			  : addr_parse(s, colon - 1, a))
		   ? s + n
		   : NULL;
}

// The descriptor at s, "5<TCP:[10.0.0.9:80->10.0.0.5:50012]>", or without ends
// "5<TCP:[2213817]>". False: no socket of TCP.
static bool take_socket(const char *s, struct strace_socket *out)
{
	char *end;

	*out = (struct strace_socket){ .fd = (uint32_t)strtoul(s, &end, 10) };
	if (end == s || strncmp(end, "<TCP", 4))
		return false;
	s = end + (end[4] == 'v' ? sizeof "<TCPv6" - 1 : sizeof "<TCP" - 1);
	if (strncmp(s, ":[", 2))
		return false;
	s += 2;
	out->inode = strtoull(s, &end, 10);
	if (end > s && *end == ']')
		return true;
	out->inode = 0;
	s = take_end(s, "->]", &out->addr[0], &out->port[0]);
	out->connected = s && *s == '-';
	if (out->connected)
		s = take_end(s + 2, "]>", &out->addr[1], &out->port[1]);
	return s;
}

static bool is_same(const struct strace_socket *a,
		    const struct strace_socket *b)
{
	if (a->inode || b->inode)
		return a->inode == b->inode;
	return a->connected == b->connected && a->port[0] == b->port[0] &&
	       a->port[1] == b->port[1] && !addr_cmp(&a->addr[0], &b->addr[0]) &&
	       !addr_cmp(&a->addr[1], &b->addr[1]);
}

// What is known of that socket; NULL: nothing.
static struct strace_socket *known(struct records *r,
				   const struct strace_socket *like)
{
	for (size_t i = 0; i < STRACE_SOCKETS; i++)
		if (r->strace.socket[i].fd_known &&
		    is_same(&r->strace.socket[i], like))
			return &r->strace.socket[i];
	return NULL;
}

// A socket that was met first: the oldest of all makes room.
static struct strace_socket *meet(struct records *r, const struct call *c,
				  const struct strace_socket *like)
{
	struct strace_socket *s =
	    &r->strace.socket[r->strace.met++ % STRACE_SOCKETS];

	*s = *like;
	s->fd_known = true;
	s->task = c->task;
	return s;
}

// What a socket has from before its ends were known: a client's or a listener's
// from the same descriptor, a connection's from its listener.
static void inherit(struct records *r, struct strace_socket *s, bool accepted)
{
	for (size_t i = 0; i < STRACE_SOCKETS; i++) {
		struct strace_socket *o = &r->strace.socket[i];
		bool listener = accepted && !o->connected && !o->inode &&
				o->port[0] == s->port[0];
		bool earlier = !accepted && o->inode && o->fd == s->fd &&
			       o->named;

		if (!o->fd_known || (!listener && !earlier))
			continue;
		s->linger = o->linger;
		s->whole = o->whole;
		if (earlier)
			o->fd_known = false;
	}
}

static struct strace_socket *find(struct records *r, const struct call *c,
				  const struct strace_socket *like,
				  bool accepted)
{
	struct strace_socket *s = known(r, like);

	if (s)
		return s;
	s = meet(r, c, like);
	if (!like->inode)
		inherit(r, s, accepted);
	return s;
}

// Tasks ----------------------------------------------------------------------

// What a process begins has its sockets as well: they are closed when both have
// closed them.
static void share(struct records *r)
{
	for (size_t i = 0; i < STRACE_SOCKETS; i++)
		r->strace.socket[i].shared += r->strace.socket[i].fd_known;
}

// True if it was met before, or there is no room to remember it.
static bool is_met(struct records *r, uint32_t task)
{
	struct strace *s = &r->strace;

	for (size_t i = 0; i < s->tasks; i++)
		if (s->task[i] == task)
			return true;
	if (s->tasks == STRACE_TASKS)
		return false;
	s->task[s->tasks++] = task;
	return false;
}

// Who is not known to be a thread of those that were met is a process.
static void meet_task(struct records *r, uint32_t task)
{
	bool first = !r->strace.tasks;

	if (is_met(r, task) || first)
		return;
	if (r->strace.threads)
		r->strace.threads--;
	else
		share(r);
}

static void begin_task(struct records *r, const struct call *c)
{
	bool thread = strstr(c->rest, "CLONE_THREAD");

	r->strace.processes |= call_is(c, "execve");
	if (!call_is(c, "clone") && !call_is(c, "clone3") &&
	    !call_is(c, "fork") && !call_is(c, "vfork"))
		return;
	r->strace.processes = true;
	if (!c->resumed && thread && (c->begun || c->result > 0))
		r->strace.threads++;
	if (!c->begun && c->result > 0)
		meet_task(r, (uint32_t)c->result);
}

// Ends -----------------------------------------------------------------------

static const char killed[] =
    "the {X}'s program ended with this socket open, for which it had not set "
    "SO_LINGER: its kernel closed it, and resets only if bytes were unread";
static const char closed[] =
    "the {X}'s program closed this socket, for which it had not set SO_LINGER: "
    "such a close resets only if bytes were unread";
static const char aborted[] =
    "the {X}'s program closed this socket with SO_LINGER on and a time of 0, "
    "which resets it";

// What it read is held against what it was sent: records_judge.c.
static void over(struct records *r, const struct call *c,
		 struct strace_socket *s)
{
	struct record one = {
		.time = c->time,
		.addr = { s->addr[0], s->addr[1] },
		.port = { s->port[0], s->port[1] },
		.kind = RECORD_CLOSED,
		.form = FORM_OF_SOCKET,
		.read = s->read,
		.counted = s->whole,
		.source = c->name ? "close" : "exit",
	};

	if (s->shared) {
		s->shared--;
		return;
	}
	s->fd_known = false;
	if (!s->connected)
		return;
	if (s->linger == LINGER_ABORTS) {
		one.allowed = EITHER;
		one.likeliest = RESET_LINGER_ZERO;
		one.rule = "closed_to_abort";
		one.says = aborted;
	} else if (r->strace.processes &&
		   (s->linger == LINGER_OFF || s->whole)) {
		// Where no option is set at all, somebody may have picked lines.
		one.allowed = r->strace.options
				  ? VERDICT_BIT(RESET_UNREAD_DATA)
				  : EITHER;
		one.likeliest = RESET_UNREAD_DATA;
		one.rule = "closed_plainly";
		one.says = c->name ? closed : killed;
	} else {
		// What was set before the trace began is not known, nor whether
		// another process has the socket still.
		return;
	}
	records_add(r, &one);
}

static void task_over(struct records *r, const struct call *c)
{
	for (size_t i = 0; i < STRACE_SOCKETS; i++) {
		struct strace_socket *s = &r->strace.socket[i];
		if (s->fd_known && s->task == c->task)
			over(r, c, s);
	}
}

// Calls ----------------------------------------------------------------------

static void set_linger(struct strace_socket *s, const char *rest)
{
	const char *on = strstr(rest, "l_onoff="),
		   *time = strstr(rest, "l_linger=");

	if (!strstr(rest, "SO_LINGER") || !on || !time)
		return;
	s->linger = strtol(on + 8, NULL, 10) && !strtol(time + 9, NULL, 10)
			? LINGER_ABORTS
			: LINGER_OFF;
}

static bool reads(const struct call *c)
{
	static const char *const names[] = { "read", "readv", "recvfrom",
					     "recvmsg", "recv" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (call_is(c, names[i]))
			return !strstr(c->rest, "MSG_PEEK");
	return false;
}

// The socket that a call gives.
static void take_new(struct records *r, const struct call *c, bool accepted)
{
	const char *given = strrchr(c->rest, '=');
	struct strace_socket like, *s;

	if (c->begun || !given || !take_socket(call_spaces(given + 1), &like))
		return;
	s = find(r, c, &like, accepted);
	s->task = c->task;
	s->whole |= !accepted;
}

static void take_call(struct records *r, const struct call *c)
{
	struct strace_socket like, *s;

	if (call_is(c, "socket"))
		take_new(r, c, false);
	else if (call_is(c, "accept") || call_is(c, "accept4"))
		take_new(r, c, true);
	r->strace.options |= call_is(c, "setsockopt");
	if (c->resumed || !take_socket(c->rest + 1, &like))
		return;
	s = find(r, c, &like, false);
	if (call_is(c, "connect") || call_is(c, "bind"))
		s->named = true;
	else if (call_is(c, "listen") && like.port[0])
		s->whole = true;
	else if (call_is(c, "setsockopt") && !c->result)
		set_linger(s, c->rest);
	else if (reads(c) && c->begun)
		s->whole = false; // how much it gives is on another line
	else if (reads(c) && c->result > 0)
		s->read += (uint64_t)c->result;
	else if (call_is(c, "close"))
		over(r, c, s);
}

bool records_read_strace(struct records *r, const char *line)
{
	struct record_file *f = &r->file[r->files - 1];
	struct call c;

	if (!call_of(line, &c))
		return false;
	if (r->strace.file != r->files) {
		memset(&r->strace, 0, sizeof r->strace);
		r->strace.file = r->files;
	}
	f->clock = c.dated ? CLOCK_WALL : CLOCK_OF_DAY;
	meet_task(r, c.task);
	if (c.name)
		begin_task(r, &c);
	if (c.name)
		take_call(r, &c);
	else
		task_over(r, &c);
	return true;
}
