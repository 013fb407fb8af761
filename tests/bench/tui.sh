#!/bin/sh
# How the browser feels with a capture of 200,000 connections: first results in
# less than a second, each key answered within a frame.
#
#   tests/bench/tui.sh [CAPTURE]
#
# Without a capture, one is made by ../shared/bench/genpcap.c; where that is
# missing, the measuring is skipped. TCPWHY names the program (default
# $B/tcpwhy, build/tcpwhy).

cd "$(dirname "$0")/../.." || exit 1
tcpwhy=${TCPWHY:-${B:-build}/tcpwhy}
generator=../shared/bench/genpcap.c
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT INT TERM

capture=$1
if [ -z "$capture" ]; then
	[ -e "$generator" ] || { echo "skipped: no $generator"; exit 0; }
	capture=$work/200000.pcap
	${CC:-cc} -std=c11 -O2 -o "$work/genpcap" "$generator" &&
		"$work/genpcap" -o "$capture" --seed 2 --flows 200000 \
			--concurrency 10000 --data geo:3 --snaplen 96 \
			--ipv6 20 >/dev/null || exit 1
fi
${CC:-cc} -std=c17 -D_GNU_SOURCE -O2 -o "$work/tui" tests/bench/tui.c || exit 1
"$work/tui" "$tcpwhy" "$capture"
