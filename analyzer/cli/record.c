#include "cli/record.h"

#include "cli/report_output.h"
#include "cli/status.h"

#include <stdio.h>

// The instance keeps the trace apart from what others trace. The marker tells
// what the clock on the wall shows as the trace's own counts from the start.
static const char commands[] =
    "# On a host, as root. Ctrl-C ends it; it leaves capture.pcap and "
    "trace.txt.\n"
    "t=/sys/kernel/tracing; [ -d $t/events ] || mount -t tracefs none $t\n"
    "i=$t/instances/tcpwhy; mkdir -p $i; echo mono >$i/trace_clock\n"
    "for e in tcp/tcp_send_reset tcp/tcp_receive_reset tcp/tcp_destroy_sock "
    "\\\n"
    "    sock/inet_sock_set_state; do echo 1 >$i/events/$e/enable; done\n"
    "echo \"tcpwhy wall=$(date +%s.%N)\" >$i/trace_marker\n"
    "cat $i/trace_pipe >trace.txt & p=$!\n"
    "tcpdump -i any -s 200 -U -w capture.pcap tcp; sleep 1\n"
    "kill $p; wait $p; echo 0 >$i/events/enable; rmdir $i\n"
    "\n"
    "# Of a container: the trace is the host's all the same, the capture that "
    "of the\n"
    "# container's network. Instead of tcpdump above, PID being one of its "
    "processes:\n"
    "nsenter -t PID -n tcpdump -i any -s 200 -U -w capture.pcap tcp; sleep 1\n"
    "\n"
    "# On a Kubernetes node: a shell there that sees the host's processes, "
    "then as of\n"
    "# a container; PID by crictl inspect --output go-template \\\n"
    "#   --template '{{.info.pid}}' CONTAINER\n"
    "kubectl debug node/NODE -it --profile=sysadmin --image=IMAGE -- "
    "chroot /host\n"
    "\n"
    "# What one program does with its sockets, from its start; -p PID instead "
    "of its\n"
    "# command for what it does from now on:\n"
    "strace -f -tt -yy -e trace=network,process,close,read,write "
    "-o calls.txt COMMAND\n"
    "\n"
    "# Then, wherever tcpwhy is:\n"
    "tcpwhy --with trace.txt --with calls.txt capture.pcap\n";

int record_print(void)
{
	static const struct target standard;

	if (!report_output_open(&standard, 1))
		return NOT_WRITTEN;
	fputs(commands, report_output(0));
	return report_output_close(ANALYSED);
}
