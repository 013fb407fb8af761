#!/bin/sh
# What tcpwhy says is so: each sentence's claims are held against the packets as
# tcpdump shows them, and each record's columns against each other; over all
# samples and the laboratory's corpus, whole and made imperfect (truth.awk).
# Prints TAP.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
tap_begin
export TZ=UTC LC_ALL=C NO_COLOR=1

# hold CAPTURE: into $work/said and, without the sum, $work/wrong.
hold() {
	"$B/tcpwhy" --json "$1" 2>/dev/null |
		grep '^{"record":"connection"' >"$work/records"
	"$B/tcpwhy" --text --all "$1" >"$work/text" 2>/dev/null
	tcpdump -# -nn -tt -v -S -r "$1" >"$work/packets" 2>/dev/null
	awk -f tests/checks/truth.awk "$work/packets" "$work/records" \
		"$work/text" >"$work/said" 2>&1
	grep -v '^held ' "$work/said" >"$work/wrong"
	tail -n 1 "$work/said" >>"$work/held"
	! [ -s "$work/wrong" ] && grep -q '^held ' "$work/said"
}

command -v tcpdump >/dev/null || {
	tap_skip "what is said is so" "no tcpdump"
	tap_end
	exit
}
for capture in samples/*.pcap samples/lab/corpus/*.pcap; do
	hold "$capture"
	tap_case "what is said of $capture is so" $? "$work/wrong"
done
for kind in loss=5 headless=3 late=50 early=50 only-client=1 flags-only=1 \
	data-missing=30 fins-missing=50 acks-missing=50 joined=100; do
	"$B/degrade" $kind 3 samples/lab/corpus/middle.pcap "$work/worse.pcap" &&
		hold "$work/worse.pcap"
	tap_case "what is said of it with $kind is so" $? "$work/wrong"
done
# A check that compares nothing would find nothing.
awk '$1 == "held" { claims += $2; columns += $3 }
	END { print claims, columns; exit claims < 5000 || columns < 50000 }' \
	"$work/held" >"$work/sum"
tap_case "there was enough to compare" $? "$work/sum"
tap_end
