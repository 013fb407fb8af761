#include "query/errwords.h"

#include "base/words.h"

#include <stdlib.h>
#include <string.h>

// Names ----------------------------------------------------------------------

// Numbers of Linux, of the BSDs and macOS, and of Windows; 0: none.
static const struct {
	enum call_result result;
	uint16_t number, bsd, windows;
	const char *text;
} errors[] = {
	{ CALL_ECONNRESET, 104, 54, 10054, "connection reset by peer" },
	{ CALL_ECONNRESET, 0, 0, 10054, "connection reset" },
	{ CALL_ECONNRESET, 0, 0, 10054,
	  "an existing connection was forcibly closed by the remote host" },
	{ CALL_EPIPE, 32, 0, 10053, "broken pipe" },
	{ CALL_ECONNREFUSED, 111, 61, 10061, "connection refused" },
	{ CALL_ETIMEDOUT, 110, 60, 10060, "connection timed out" },
	{ CALL_ETIMEDOUT, 0, 0, 10060, "operation timed out" },
	{ CALL_EHOSTUNREACH, 113, 65, 10065, "no route to host" },
	{ CALL_ENETUNREACH, 101, 51, 10051, "network is unreachable" },
	{ CALL_ECONNABORTED, 103, 53, 10053,
	  "software caused connection abort" },
	{ CALL_EHOSTDOWN, 112, 64, 10064, "host is down" },
	{ CALL_EACCES, 13, 0, 10013, "permission denied" },
	{ CALL_EPROTO, 71, 0, 0, "protocol error" },
	{ CALL_ENOPROTOOPT, 92, 42, 10042, "protocol not available" },
	{ CALL_EOF, 0, 0, 0, "end of file" },
};

enum { ERRORS = sizeof errors / sizeof *errors };

static const char *name_of(size_t i)
{
	return call_result_name((enum call_result)i);
}

static call_set by_number(unsigned long n)
{
	call_set found = 0;

	for (size_t i = 0; n && i < ERRORS; i++) {
		if (errors[i].number == n || errors[i].bsd == n ||
		    errors[i].windows == n)
			found |= CALL_BIT(errors[i].result);
	}
	return found;
}

call_set errno_find(const char *name, const char **nearest)
{
	const char *plain = word_same(name, "WSA", 3) ? name + 3 : name;
	char *end;
	int length;
	unsigned long n = strtoul(name, &end, 10);
	call_set found = *name && !*end ? by_number(n) : 0;

	for (size_t i = CALL_OK; i < CALL_RESULTS; i++) {
		if (word_is(name_of(i), plain, strlen(plain)))
			found |= CALL_BIT(i);
	}
	for (size_t i = 0; i < ERRORS; i++) {
		if (word_is(errors[i].text, name, strlen(name)))
			found |= CALL_BIT(errors[i].result);
	}
	*nearest =
	    found ? NULL : word_nearest(plain, name_of, CALL_RESULTS, &length);
	return found;
}

// Texts of logs --------------------------------------------------------------

#define RESET    CALL_BIT(CALL_ECONNRESET)
#define PIPE     CALL_BIT(CALL_EPIPE)
#define REFUSED  CALL_BIT(CALL_ECONNREFUSED)
#define TIMEDOUT CALL_BIT(CALL_ETIMEDOUT)
#define AT_END   CALL_BIT(CALL_EOF)
#define ABORTED  CALL_BIT(CALL_ECONNABORTED)
#define NO_ROUTE (CALL_BIT(CALL_EHOSTUNREACH) | CALL_BIT(CALL_EHOSTDOWN))
#define NO_NET   CALL_BIT(CALL_ENETUNREACH)
#define DENIED   CALL_BIT(CALL_EACCES)
#define IO       (IN_RECV | IN_SEND)

// What programs write, from their documentation and sources. A text that says
// more stands before one that says less. One with capitals is a code, which is
// looked for as it stands.
// clang-format off
static const struct errword words[] = {
	// nginx: ngx_http_upstream.c, ngx_http_request.c
	{ "upstream prematurely closed connection", AT_END, IN_RECV, CLIENT, THE_PEER, "nginx" },
	{ "client prematurely closed connection", AT_END | RESET, IN_RECV, SERVER, THE_PEER, "nginx" },
	{ "client closed connection", AT_END | RESET, IN_RECV, SERVER, THE_PEER, "nginx" },
	{ "client closed keepalive connection", AT_END | RESET, IN_RECV, SERVER, THE_PEER, "nginx" },
	{ "client timed out (110: connection timed out)", 0, IN_RECV, SERVER, ITSELF, "nginx" },
	{ "upstream timed out (110: connection timed out) while connecting", TIMEDOUT, IN_CONNECT, CLIENT, ITSELF, "nginx" },
	{ "upstream timed out (110: connection timed out)", 0, IN_RECV, CLIENT, ITSELF, "nginx" },
	{ "recv() failed (104: connection reset by peer) while reading response header from upstream", RESET, IN_RECV, CLIENT, THE_PEER, "nginx" },
	{ "recv() failed (104: connection reset by peer) while reading upstream", RESET, IN_RECV, CLIENT, THE_PEER, "nginx" },
	{ "recv() failed (104: connection reset by peer)", RESET, IN_RECV, BOTH, THE_PEER, "nginx" },
	{ "writev() failed (32: broken pipe)", PIPE, IN_SEND, BOTH, THE_PEER, "nginx" },
	{ "send() failed (32: broken pipe)", PIPE, IN_SEND, BOTH, THE_PEER, "nginx" },
	{ "connect() failed (111: connection refused) while connecting to upstream", REFUSED, IN_CONNECT, CLIENT, ANYBODY, "nginx" },
	{ "connect() failed (113: no route to host)", NO_ROUTE, IN_CONNECT, CLIENT, ANYBODY, "nginx" },
	{ "peer closed connection in ssl handshake", AT_END | RESET, IN_RECV, BOTH, THE_PEER, "nginx" },
	{ "\" 499 ", 0, 0, SERVER, THE_PEER, "nginx" },
	// HAProxy: configuration manual, "session state at disconnection"
	{ " CR-", 0, 0, SERVER, THE_PEER, "HAProxy" },
	{ " CH-", 0, 0, SERVER, THE_PEER, "HAProxy" },
	{ " CC-", 0, 0, SERVER, THE_PEER, "HAProxy" },
	{ " CQ-", 0, 0, SERVER, THE_PEER, "HAProxy" },
	{ " CD", RESET | AT_END, IO, SERVER, THE_PEER, "HAProxy" },
	{ " cR-", 0, 0, SERVER, ITSELF, "HAProxy" },
	{ " cD", 0, 0, SERVER, ITSELF, "HAProxy" },
	{ " SC", REFUSED | NO_ROUTE | NO_NET, IN_CONNECT, CLIENT, ANYBODY, "HAProxy" },
	{ " sC", TIMEDOUT, IN_CONNECT, CLIENT, ITSELF, "HAProxy" },
	{ " SH-", RESET | AT_END | PIPE, IO, CLIENT, THE_PEER, "HAProxy" },
	{ " SL-", RESET | AT_END, IO, CLIENT, THE_PEER, "HAProxy" },
	{ " SD", RESET | AT_END | PIPE, IO, CLIENT, THE_PEER, "HAProxy" },
	{ " sH-", 0, 0, CLIENT, ITSELF, "HAProxy" },
	{ " sD", 0, 0, CLIENT, ITSELF, "HAProxy" },
	{ "layer4 connection problem, info: \"connection refused\"", REFUSED, IN_CONNECT, CLIENT, ANYBODY, "HAProxy" },
	{ "layer4 timeout", TIMEDOUT, IN_CONNECT, CLIENT, ITSELF, "HAProxy" },
	{ "connection error during ssl handshake", RESET | AT_END | PIPE, IO, BOTH, THE_PEER, "HAProxy" },
	// Envoy: response flags and details
	{ "upstream_reset_before_response_started{connection_termination", RESET | AT_END, IN_RECV, CLIENT, THE_PEER, "Envoy" },
	{ "upstream_reset_before_response_started{remote_connection_failure", REFUSED | TIMEDOUT | NO_ROUTE | NO_NET, IN_CONNECT, CLIENT, ANYBODY, "Envoy" },
	{ "upstream_reset_before_response_started{connection_failure", REFUSED | TIMEDOUT | NO_ROUTE | NO_NET, IN_CONNECT, CLIENT, ANYBODY, "Envoy" },
	{ "upstream connect error or disconnect/reset before headers", RESET | AT_END | REFUSED | TIMEDOUT | PIPE, IN_ANY, CLIENT, THE_PEER, "Envoy" },
	{ "delayed_connect_error:_111", REFUSED, IN_CONNECT, CLIENT, ANYBODY, "Envoy" },
	{ "delayed connect error: 111", REFUSED, IN_CONNECT, CLIENT, ANYBODY, "Envoy" },
	{ "downstream_remote_disconnect", AT_END | RESET, IN_RECV, SERVER, THE_PEER, "Envoy" },
	{ "downstream_local_disconnect", 0, 0, SERVER, ITSELF, "Envoy" },
	{ "upstream_response_timeout", 0, 0, CLIENT, ITSELF, "Envoy" },
	{ " UF ", REFUSED | TIMEDOUT | NO_ROUTE | NO_NET | RESET, IN_CONNECT, CLIENT, ANYBODY, "Envoy" },
	{ " UF,URX ", REFUSED | TIMEDOUT | NO_ROUTE | NO_NET | RESET, IN_CONNECT, CLIENT, ANYBODY, "Envoy" },
	{ " UC ", RESET | AT_END, IN_RECV, CLIENT, THE_PEER, "Envoy" },
	{ " DC ", RESET | AT_END, IN_RECV, SERVER, THE_PEER, "Envoy" },
	// Apache httpd
	{ "ah01102: error reading status line from remote server", RESET | AT_END, IN_RECV, CLIENT, THE_PEER, "Apache" },
	{ "ah01110: error reading response", RESET | AT_END, IN_RECV, CLIENT, THE_PEER, "Apache" },
	{ "ah00957: http: attempt to connect to", REFUSED | TIMEDOUT | NO_ROUTE, IN_CONNECT, CLIENT, ANYBODY, "Apache" },
	{ "(70007)the timeout specified has expired", 0, 0, BOTH, ITSELF, "Apache" },
	{ "(104)connection reset by peer", RESET, IO, BOTH, THE_PEER, "Apache" },
	{ "(32)broken pipe", PIPE, IN_SEND, BOTH, THE_PEER, "Apache" },
	{ "(70014)end of file found", AT_END, IN_RECV, BOTH, THE_PEER, "Apache" },
	{ "(111)connection refused", REFUSED, IN_CONNECT, CLIENT, ANYBODY, "Apache" },
	// Node
	{ "socket hang up", RESET | AT_END, IN_RECV, CLIENT, THE_PEER, "Node" },
	{ "read econnreset", RESET, IN_RECV, BOTH, THE_PEER, "Node" },
	{ "write epipe", PIPE, IN_SEND, BOTH, THE_PEER, "Node" },
	{ "write econnreset", RESET, IN_SEND, BOTH, THE_PEER, "Node" },
	{ "connect econnrefused", REFUSED, IN_CONNECT, CLIENT, ANYBODY, "Node" },
	{ "connect etimedout", TIMEDOUT, IN_CONNECT, CLIENT, ANYBODY, "Node" },
	{ "read etimedout", TIMEDOUT, IN_RECV, BOTH, ANYBODY, "Node" },
	{ "other side closed", AT_END | RESET, IN_RECV, CLIENT, THE_PEER, "Node" },
	// Java
	{ "sockettimeoutexception: connect timed out", TIMEDOUT, IN_CONNECT, CLIENT, ITSELF, "Java" },
	{ "sockettimeoutexception", 0, 0, BOTH, ITSELF, "Java" },
	{ "nohttpresponseexception", AT_END | RESET, IN_RECV, CLIENT, THE_PEER, "Java" },
	{ "java.net.connectexception: connection refused", REFUSED, IN_CONNECT, CLIENT, ANYBODY, "Java" },
	{ "java.net.connectexception: connection timed out", TIMEDOUT, IN_CONNECT, CLIENT, ANYBODY, "Java" },
	{ "java.net.socketexception: connection reset", RESET, IO, BOTH, THE_PEER, "Java" },
	{ "java.net.socketexception: broken pipe", PIPE, IN_SEND, BOTH, THE_PEER, "Java" },
	{ "java.io.ioexception: connection reset by peer", RESET, IO, BOTH, THE_PEER, "Java" },
	{ "java.io.ioexception: broken pipe", PIPE, IN_SEND, BOTH, THE_PEER, "Java" },
	{ "java.io.eofexception", AT_END, IN_RECV, BOTH, THE_PEER, "Java" },
	{ "prematurecloseexception", AT_END | RESET, IN_RECV, CLIENT, THE_PEER, "Java" },
	// Go
	{ "connect: connection refused", REFUSED, IN_CONNECT, CLIENT, ANYBODY, "Go" },
	{ "connect: connection timed out", TIMEDOUT, IN_CONNECT, CLIENT, ANYBODY, "Go" },
	{ "connect: no route to host", NO_ROUTE, IN_CONNECT, CLIENT, ANYBODY, "Go" },
	{ "read: connection reset by peer", RESET, IN_RECV, BOTH, THE_PEER, "Go" },
	{ "write: connection reset by peer", RESET, IN_SEND, BOTH, THE_PEER, "Go" },
	{ "write: broken pipe", PIPE, IN_SEND, BOTH, THE_PEER, "Go" },
	{ "read: connection timed out", TIMEDOUT, IN_RECV, BOTH, ANYBODY, "Go" },
	{ "server closed idle connection", AT_END, IN_RECV, CLIENT, THE_PEER, "Go" },
	{ "transport connection broken: eof", AT_END, IN_RECV, CLIENT, THE_PEER, "Go" },
	{ "i/o timeout", 0, 0, BOTH, ITSELF, "Go" },
	{ "context deadline exceeded", 0, 0, CLIENT, ITSELF, "Go" },
	{ "context canceled", 0, 0, CLIENT, ITSELF, "Go" },
	{ ": eof", AT_END, IN_RECV, BOTH, THE_PEER, "Go" },
	// Python
	{ "connectionreseterror", RESET, IO, BOTH, THE_PEER, "Python" },
	{ "brokenpipeerror", PIPE, IN_SEND, BOTH, THE_PEER, "Python" },
	{ "connectionrefusederror", REFUSED, IN_CONNECT, CLIENT, ANYBODY, "Python" },
	{ "connectionabortederror", ABORTED | PIPE, IO, BOTH, ANYBODY, "Python" },
	{ "remote end closed connection without response", AT_END, IN_RECV, CLIENT, THE_PEER, "Python" },
	{ "server disconnected", AT_END | RESET, IN_RECV, CLIENT, THE_PEER, "Python" },
	{ "newconnectionerror", REFUSED | TIMEDOUT | NO_ROUTE | NO_NET, IN_CONNECT, CLIENT, ANYBODY, "Python" },
	{ "readtimeouterror", 0, 0, CLIENT, ITSELF, "Python" },
	{ "[errno 104]", RESET, IO, BOTH, THE_PEER, "Python" },
	{ "[errno 32]", PIPE, IN_SEND, BOTH, THE_PEER, "Python" },
	{ "[errno 110]", TIMEDOUT, IN_ANY, BOTH, ANYBODY, "Python" },
	{ "[errno 111]", REFUSED, IN_CONNECT, CLIENT, ANYBODY, "Python" },
	{ "[errno 113]", NO_ROUTE, IN_CONNECT, CLIENT, ANYBODY, "Python" },
	{ "winerror 10054", RESET, IO, BOTH, THE_PEER, "Python" },
	{ "winerror 10053", ABORTED | PIPE, IO, BOTH, ANYBODY, "Python" },
	{ "winerror 10060", TIMEDOUT, IN_CONNECT, CLIENT, ANYBODY, "Python" },
	{ "winerror 10061", REFUSED, IN_CONNECT, CLIENT, ANYBODY, "Python" },
	// MySQL
	{ "mysql server has gone away", AT_END | RESET | PIPE, IO, CLIENT, THE_PEER, "MySQL" },
	{ "lost connection to mysql server at 'reading", AT_END | RESET, IN_RECV, CLIENT, THE_PEER, "MySQL" },
	{ "lost connection to mysql server", AT_END | RESET, IN_RECV, CLIENT, THE_PEER, "MySQL" },
	{ "got an error reading communication packets", AT_END | RESET, IN_RECV, SERVER, THE_PEER, "MySQL" },
	{ "got an error writing communication packets", PIPE | RESET, IN_SEND, SERVER, THE_PEER, "MySQL" },
	{ "got timeout reading communication packets", 0, 0, SERVER, ITSELF, "MySQL" },
	{ "got timeout writing communication packets", 0, 0, SERVER, ITSELF, "MySQL" },
	{ "can't connect to mysql server", REFUSED | TIMEDOUT | NO_ROUTE | NO_NET, IN_CONNECT, CLIENT, ANYBODY, "MySQL" },
	{ "closed the connection as it was idle", 0, 0, SERVER, ITSELF, "MySQL" },
	// PostgreSQL
	{ "could not receive data from client: connection reset by peer", RESET, IN_RECV, SERVER, THE_PEER, "PostgreSQL" },
	{ "could not send data to client: broken pipe", PIPE, IN_SEND, SERVER, THE_PEER, "PostgreSQL" },
	{ "could not send data to client: connection reset by peer", RESET, IN_SEND, SERVER, THE_PEER, "PostgreSQL" },
	{ "could not receive data from server: connection timed out", TIMEDOUT, IN_RECV, CLIENT, ANYBODY, "PostgreSQL" },
	{ "could not receive data from server: connection reset by peer", RESET, IN_RECV, CLIENT, THE_PEER, "PostgreSQL" },
	{ "unexpected eof on client connection", AT_END, IN_RECV, SERVER, THE_PEER, "PostgreSQL" },
	{ "server closed the connection unexpectedly", AT_END | RESET, IN_RECV, CLIENT, THE_PEER, "PostgreSQL" },
	{ "terminating connection due to administrator command", 0, 0, SERVER, ITSELF, "PostgreSQL" },
	{ "terminating connection due to idle", 0, 0, SERVER, ITSELF, "PostgreSQL" },
	{ "connection to client lost", PIPE | RESET | AT_END, IO, SERVER, THE_PEER, "PostgreSQL" },
	// OpenSSH
	{ "kex_exchange_identification: connection closed by remote host", AT_END, IN_RECV, CLIENT, THE_PEER, "sshd" },
	{ "kex_exchange_identification: read: connection reset by peer", RESET, IN_RECV, BOTH, THE_PEER, "sshd" },
	{ "kex_exchange_identification: client sent invalid", 0, 0, SERVER, ITSELF, "sshd" },
	{ "timeout, client not responding", 0, 0, SERVER, ITSELF, "sshd" },
	{ "timeout before authentication", 0, 0, SERVER, ITSELF, "sshd" },
	{ "ssh_dispatch_run_fatal: connection from", RESET | TIMEDOUT | PIPE, IO, SERVER, ANYBODY, "sshd" },
	{ "client_loop: send disconnect: broken pipe", PIPE, IN_SEND, CLIENT, THE_PEER, "sshd" },
	{ "did not receive identification string", AT_END, IN_RECV, SERVER, THE_PEER, "sshd" },
	{ "connection reset by authenticating user", RESET, IN_RECV, SERVER, THE_PEER, "sshd" },
	{ "connection closed by authenticating user", AT_END, IN_RECV, SERVER, THE_PEER, "sshd" },
	{ "received disconnect from", 0, 0, SERVER, THE_PEER, "sshd" },
	{ "connection closed by remote host", AT_END, IN_RECV, CLIENT, THE_PEER, "sshd" },
	// In any program, and so in the journal: the C library's and Windows's
	{ "connection reset by peer", RESET, IO, BOTH, THE_PEER, "" },
	{ "forcibly closed by the remote host", RESET, IO, BOTH, THE_PEER, "" },
	{ "software in your host machine", ABORTED | PIPE, IO, BOTH, ANYBODY, "" },
	{ "actively refused", REFUSED, IN_CONNECT, CLIENT, ANYBODY, "" },
	{ "connected party did not properly respond", TIMEDOUT, IN_ANY, BOTH, ANYBODY, "" },
	{ "connection reset by", RESET, IO, SERVER, THE_PEER, "sshd" },
	{ "connection closed by", AT_END, IN_RECV, SERVER, THE_PEER, "sshd" },
	{ "connection reset", RESET, IO, BOTH, THE_PEER, "" },
	{ "connection refused", REFUSED, IN_CONNECT, CLIENT, ANYBODY, "" },
	{ "connection timed out", TIMEDOUT, IN_ANY, BOTH, ANYBODY, "" },
	{ "operation timed out", TIMEDOUT, IN_ANY, BOTH, ANYBODY, "" },
	{ "timed out", 0, 0, BOTH, ITSELF, "" },
	{ "broken pipe", PIPE, IN_SEND, BOTH, THE_PEER, "" },
	{ "no route to host", NO_ROUTE, IN_ANY, BOTH, ANYBODY, "" },
	{ "network is unreachable", NO_NET, IN_ANY, BOTH, ANYBODY, "" },
	{ "software caused connection abort", ABORTED, IO, BOTH, ANYBODY, "" },
	{ "permission denied", DENIED, IN_CONNECT, CLIENT, ANYBODY, "" },
	{ "unexpected eof", AT_END, IN_RECV, BOTH, THE_PEER, "" },
	{ "unexpected end of file", AT_END, IN_RECV, BOTH, THE_PEER, "" },
	{ "econnreset", RESET, IO, BOTH, THE_PEER, "" },
	{ "epipe", PIPE, IN_SEND, BOTH, THE_PEER, "" },
	{ "econnrefused", REFUSED, IN_CONNECT, CLIENT, ANYBODY, "" },
	{ "etimedout", TIMEDOUT, IN_ANY, BOTH, ANYBODY, "" },
	{ "ehostunreach", NO_ROUTE, IN_ANY, BOTH, ANYBODY, "" },
	{ "enetunreach", NO_NET, IN_ANY, BOTH, ANYBODY, "" },
	{ "econnaborted", ABORTED | PIPE, IO, BOTH, ANYBODY, "" },
};
// clang-format on

// True if text says no more than one that was found already: it is part of it,
// or stands for one result of it.
static bool is_covered(const struct errword *w,
		       const struct errword *const *found, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct errword *f = found[i];

		if (!strcmp(f->text, w->text))
			continue;
		if (strstr(f->text, w->text) ||
		    (!*w->program && w->results == f->results) ||
		    (!*w->program && !w->results))
			return true;
	}
	return false;
}

static bool stands_in(const char *line, const char *text)
{
	const char *at;

	if (!strpbrk(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
		return word_contains(line, text);
	at = strstr(line, text);
	return at && strchr(" -,", at[strlen(text)]);
}

size_t errwords_find(const char *line,
		     const struct errword *out[ERRWORDS_OF_LINE])
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (n < ERRWORDS_OF_LINE && !is_covered(&words[i], out, n) &&
		    stands_in(line, words[i].text))
			out[n++] = &words[i];
	}
	return n;
}

bool call_returned(const struct app_view *v, enum side side, unsigned which,
		   call_set results)
{
	enum call_result r = v->connect;

	if (which == IN_CONNECT && side != CLIENT)
		return false;
	if (which != IN_CONNECT)
		r = which == IN_RECV ? v->recv[side] : v->send[side];
	return results >> r & 1;
}

const char *call_name_of(unsigned which)
{
	if (which == IN_CONNECT)
		return "connect";
	return which == IN_RECV ? "recv" : "send";
}
