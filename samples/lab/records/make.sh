#!/bin/bash
# Makes capture.pcap, trace.txt and perf.txt here: endings between two network
# namespaces, one on each port (ends.py), and what the kernel says of them.
# Needs root, tracefs, perf, tcpdump, python3; leaves nothing behind.
set -e
cd "$(dirname "$0")"
work=$(mktemp -d)
trace=$work/trace
mkdir "$trace"
mount -t tracefs none "$trace"
instance=$trace/instances/tcpwhy-records
events='tcp/tcp_send_reset tcp/tcp_receive_reset tcp/tcp_destroy_sock
	sock/inet_sock_set_state skb/kfree_skb'
clean() {
	rmdir "$instance" 2>/dev/null
	umount "$trace"
	rm -rf "$work"
	ip netns del recordsc 2>/dev/null
	ip netns del recordss 2>/dev/null
}
trap clean EXIT

ip netns add recordsc
ip netns add recordss
ip -n recordsc link add vc type veth peer name vs netns recordss
for n in c s; do
	ip -n records$n link set lo up
	ip -n records$n link set v$n up
done
ip -n recordsc addr add 10.77.0.1/24 dev vc
ip -n recordss addr add 10.77.0.2/24 dev vs

mkdir "$instance"
echo mono >"$instance/trace_clock"
for e in $events; do echo 1 >"$instance/events/$e/enable"; done
perf record -q -a -k mono -e tcp:tcp_send_reset,tcp:tcp_receive_reset \
	-e sock:inet_sock_set_state -o "$work/perf.data" sleep 5 &
perf=$!
ip netns exec recordss tcpdump -q -U --immediate-mode -i vs \
	-w "$work/capture.pcap" tcp 2>"$work/tcpdump" &
dump=$!
until grep -q listening "$work/tcpdump"; do sleep 0.1; done
echo "tcpwhy wall=$(date +%s.%N)" >"$instance/trace_marker"
ip netns exec recordss python3 ends.py server 10.77.0.2 10.77.0.1 "$work" &
server=$!
ip netns exec recordsc python3 ends.py client 10.77.0.2 10.77.0.1 "$work"
wait $server $perf
kill $dump
wait $dump || :
cat "$instance/trace" >trace.txt
perf script -i "$work/perf.data" >perf.txt
cat "$work/capture.pcap" >capture.pcap
