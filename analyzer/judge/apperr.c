// What a call returns, in the words of each stack. Which result a call has is
// decided elsewhere; this is the dictionary.
#include "judge/apperr.h"

#include <stddef.h>
#include <string.h>

// Texts of Linux; where others say it differently they have a column. NULL:
// the same as Linux.
static const struct {
	const char *name;
	const char *linux_text;
	const char *bsd;
	const char *windows;
} results[CALL_RESULTS] = {
	[CALL_NONE] = { "", "", NULL, NULL },
	[CALL_OK] = { "ok", "succeeds", NULL, NULL },
	[CALL_EOF] = { "EOF", "end of file (0 bytes)", NULL, NULL },
	[CALL_BLOCKS] = { "blocks", "blocks", NULL, NULL },
	[CALL_ECONNREFUSED] = { "ECONNREFUSED",
				"ECONNREFUSED (Connection refused)", NULL,
				"WSAECONNREFUSED 10061 (actively refused)" },
	[CALL_ECONNRESET] = { "ECONNRESET",
			      "ECONNRESET (Connection reset by peer)", NULL,
			      "WSAECONNRESET 10054 (forcibly closed by the "
			      "remote host)" },
	[CALL_EPIPE] = { "EPIPE", "EPIPE (Broken pipe) and SIGPIPE", NULL,
			 "WSAECONNABORTED 10053 (aborted by the software in "
			 "your host machine)" },
	[CALL_ETIMEDOUT] = { "ETIMEDOUT", "ETIMEDOUT (Connection timed out)",
			     "ETIMEDOUT (Operation timed out)",
			     "WSAETIMEDOUT 10060 (the connected party did not "
			     "respond)" },
	[CALL_EHOSTUNREACH] = { "EHOSTUNREACH",
				"EHOSTUNREACH (No route to host)", NULL,
				"WSAEHOSTUNREACH 10065 (unreachable host)" },
	[CALL_ENETUNREACH] = { "ENETUNREACH",
			       "ENETUNREACH (Network is unreachable)", NULL,
			       "WSAENETUNREACH 10051 (unreachable network)" },
	[CALL_ECONNABORTED] = { "ECONNABORTED",
				"ECONNABORTED (Software caused connection "
				"abort)",
				NULL,
				"WSAECONNABORTED 10053 (aborted by the "
				"software in your host machine)" },
	[CALL_ENOPROTOOPT] = { "ENOPROTOOPT",
			       "ENOPROTOOPT (Protocol not available)", NULL,
			       "WSAENOPROTOOPT 10042 (bad protocol option)" },
	[CALL_EHOSTDOWN] = { "EHOSTDOWN", "EHOSTDOWN (Host is down)", NULL,
			     "WSAEHOSTDOWN 10064 (host is down)" },
	[CALL_ENONET] = { "ENONET", "ENONET (Machine is not on the network)",
			  "EHOSTUNREACH (No route to host)",
			  "WSAEHOSTUNREACH 10065 (unreachable host)" },
	[CALL_EOPNOTSUPP] = { "EOPNOTSUPP",
			      "EOPNOTSUPP (Operation not supported)", NULL,
			      "WSAEOPNOTSUPP 10045 (not supported)" },
	[CALL_EPROTO] = { "EPROTO", "EPROTO (Protocol error)", NULL, NULL },
	[CALL_EACCES] = { "EACCES", "EACCES (Permission denied)", NULL,
			  "WSAEACCES 10013 (permission denied)" },
};

const char *call_result_name(enum call_result r)
{
	return results[r].name;
}

const char *call_result_text(enum call_result r, enum stack s)
{
	const char *text = NULL;

	if (s == STACK_WINDOWS)
		text = results[r].windows;
	else if (s == STACK_MACOS || s == STACK_FREEBSD || s == STACK_OPENBSD)
		text = results[r].bsd;
	return text ? text : results[r].linux_text;
}

const char *stack_name(enum stack s)
{
	static const char *const names[STACKS] = {
		[STACK_UNKNOWN] = "an unknown stack",
		[STACK_LINUX] = "Linux",
		[STACK_WINDOWS] = "Windows",
		[STACK_MACOS] = "macOS",
		[STACK_FREEBSD] = "FreeBSD",
		[STACK_OPENBSD] = "OpenBSD",
		[STACK_GVISOR] = "gVisor",
		[STACK_LWIP] = "lwIP",
	};

	return names[s];
}

static const struct {
	const char *name;
	const char *command[STACKS]; // NULL: as on FreeBSD
} tools[TOOLS] = {
#define BSD STACK_FREEBSD
	[TOOL_TRACE] = { "trace",
			 { [STACK_UNKNOWN] = "on Linux strace -f",
			   [STACK_LINUX] = "strace -f",
			   [STACK_WINDOWS] = "netsh trace start "
					     "scenario=NetConnection",
			   [STACK_MACOS] = "dtruss -f",
			   [BSD] = "ktrace -i",
			   [STACK_GVISOR] = "runsc --strace",
			   [STACK_LWIP] = "a build with TCP_DEBUG and "
					  "TCP_RST_DEBUG" } },
	[TOOL_SOCKETS] = { "sockets",
			   { [STACK_UNKNOWN] = "on Linux ss -tnp",
			     [STACK_LINUX] = "ss -tnp",
			     [STACK_WINDOWS] = "Get-NetTCPConnection",
			     [STACK_MACOS] = "netstat -anv -p tcp",
			     [BSD] = "netstat -an -p tcp",
			     [STACK_GVISOR] = "/proc/net/tcp in the sandbox",
			     [STACK_LWIP] = "tcp_debug_print_pcbs()" } },
	[TOOL_LISTENERS] = { "listeners",
			     { [STACK_UNKNOWN] = "on Linux ss -tlnp",
			       [STACK_LINUX] = "ss -tlnp",
			       [STACK_WINDOWS] = "Get-NetTCPConnection "
						 "-State Listen",
			       [STACK_MACOS] = "lsof -nP -iTCP -sTCP:LISTEN",
			       [BSD] = "netstat -an -p tcp",
			       [STACK_GVISOR] = "/proc/net/tcp in the sandbox",
			       [STACK_LWIP] = "tcp_debug_print_pcbs()" } },
	[TOOL_CLOSE_WAIT] = { "close-wait",
			      { [STACK_UNKNOWN] = "on Linux "
						  "ss -tanp state close-wait",
				[STACK_LINUX] = "ss -tanp state close-wait",
				[STACK_WINDOWS] = "Get-NetTCPConnection "
						  "-State CloseWait",
				[STACK_MACOS] = "lsof -nP -iTCP "
						"-sTCP:CLOSE_WAIT",
				[BSD] = "netstat -an -p tcp",
				[STACK_GVISOR] = "/proc/net/tcp in the sandbox",
				[STACK_LWIP] = "tcp_debug_print_pcbs()" } },
	[TOOL_COUNTERS] = { "counters",
			    { [STACK_UNKNOWN] = "on Linux nstat",
			      [STACK_LINUX] = "nstat",
			      [STACK_WINDOWS] = "netstat -s -p tcp",
			      [BSD] = "netstat -s -p tcp",
			      [STACK_GVISOR] = "runsc export-metrics",
			      [STACK_LWIP] = "stats_display()" } },
	[TOOL_BACKLOG] = { "backlog",
			   { [STACK_UNKNOWN] = "on Linux net.core.somaxconn",
			     [STACK_LINUX] = "net.core.somaxconn",
			     [STACK_WINDOWS] = "SOMAXCONN_HINT",
			     [STACK_MACOS] = "kern.ipc.somaxconn",
			     [STACK_OPENBSD] = "kern.somaxconn",
			     [BSD] = "kern.ipc.soacceptqueue",
			     [STACK_GVISOR] = "the sandbox's "
					      "net.core.somaxconn",
			     [STACK_LWIP] = "TCP_DEFAULT_LISTEN_BACKLOG" } },
#undef BSD
};

const char *stack_tool(enum tool t, enum stack s)
{
	const char *const *command = tools[t].command;

	return command[s] ? command[s] : command[STACK_FREEBSD];
}

enum tool tool_by_name(const char *name, size_t n)
{
	enum tool t = 0;

	while (t < TOOLS &&
	       (strlen(tools[t].name) != n || memcmp(tools[t].name, name, n)))
		t++;
	return t;
}
