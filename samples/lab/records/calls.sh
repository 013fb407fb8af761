#!/bin/sh
# Makes calls.pcap and calls.txt, fork.pcap and fork.txt anew: what calls.py and
# fork.py do on the loopback interface, captured and traced at once. As root, with
# tcpdump and strace.
#
#	samples/lab/records/calls.sh

set -eu
cd "$(dirname "$0")"

record() { # NAME PORTS
	rm -f "$1.pcap"
	tcpdump -i lo -s 100 --immediate-mode -U -w "$1.pcap" "tcp portrange $2" 2>/dev/null &
	capture=$!
	until [ -s "$1.pcap" ]; do sleep 0.1; done
	strace -f -tt -yy -o "$1.all" -e trace=network,process,close,read,write \
		/usr/bin/python3 "$1.py"
	sleep 1
	kill -INT $capture
	wait $capture || true
	# What the program loads is not of interest.
	grep -E 'TCP|SIG|[+]{3}|clone|execve' "$1.all" >"$1.txt"
	rm "$1.all"
}

record calls 9101-9107
record fork 9201-9201
