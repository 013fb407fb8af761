#!/bin/sh
# Makes calls.pcap and calls.txt anew: what calls.py does on the loopback
# interface, captured and traced at once. As root, with tcpdump and strace.
#
#	samples/lab/records/calls.sh

set -eu
cd "$(dirname "$0")"
tcpdump -i lo -s 100 --immediate-mode -U -w calls.pcap 'tcp portrange 9101-9107' 2>/dev/null &
capture=$!
until [ -s calls.pcap ]; do sleep 0.1; done
strace -f -tt -yy -o calls.all -e trace=network,close,read,write,shutdown,clone,fork \
	python3 calls.py
sleep 1
kill -INT $capture
wait $capture || true
# What the program loads is not of interest.
grep -E 'TCP|SIG|[+]{3}' calls.all >calls.txt
rm calls.all
