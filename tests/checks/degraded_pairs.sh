#!/bin/sh
# The laboratory's captures of both ends, given as --client and --server, one of
# them or both made imperfect (degrade): no `certain` is wrong, and of the
# `likely` at least 95 in 100 are right. What can't be of two ends is refused.
# Prints TAP.
#
#   tests/checks/degraded_pairs.sh CLIENT SERVER    one pair of kinds, "-" for a
#                                                   perfect capture, with what
#                                                   was wrong

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
tap_begin
corpus=samples/lab/corpus
export TZ=UTC LC_ALL=C.UTF-8
awk -f tests/checks/both.awk $corpus/truth.csv $corpus/truth.csv >"$work/truth"

end() { # END KIND: that end's capture
	if [ "$2" = - ]; then
		cp $corpus/$1.pcap "$work/$1.pcap"
	else
		"$B/degrade" "$2" "${SEED:-7}" $corpus/$1.pcap "$work/$1.pcap"
	fi
}

diagnose() { # CLIENT SERVER: into $work/csv
	end client "$1" && end server "$2" &&
		"$B/tcpwhy" --csv --client "$work/client.pcap" \
			--server "$work/server.pcap" >"$work/csv" 2>"$work/err"
}

# "certain N wrong N likely N wrong N" is good enough, and not about nothing.
good() {
	awk '{ exit !($4 == 0 && $8 * 20 <= $6 && $2 + $6 >= 50) }' "$work/score"
}

one() { # CLIENT SERVER [cut]
	diagnose "$1" "$2" || { cat "$work/err" >&2; return 1; }
	"$B/score" --brief ${3:+--$3} "$work/truth" both "$work/csv" \
		>"$work/score"
	good
}

if [ $# -gt 1 ]; then
	one "$1" "$2"
	"$B/score" "$work/truth" both "$work/csv"
	exit
fi

while read -r client server cut; do
	one "$client" "$server" $cut
	tap_case "client $client, server $server: $(cat "$work/score")" $?
done <<'KINDS'
- -
loss=0.01 -
loss=0.1 -
- loss=0.1
loss=3 -
- loss=3
- loss=20
loss=0.5 loss=0.5
loss=10 loss=10
loss-client=5 -
- loss-client=5
- bursts=5
bursts=1 -
acks-missing=50 -
- acks-missing=50
only-client=1 -
- only-client=1
- only-server=1
late=20 -
- late=20
early=50 -
- early=50
headless=3 -
- headless=3
tailless=2 -
- tailless=2
tailless=4 tailless=1 cut
- shifted=3600
shifted=3600 -
- stretched=1.00002
- stretched=1.001
stretched=1.001 shifted=3600
- steps-back=2
coarse=1 -
coarse=10 coarse=10
jitter=500 -
- jitter=20
snaplen=54 -
- snaplen=54
snaplen=40 snaplen=40
copies=2 -
- mirrored=300
swaps=10 swaps=10
- random-ids=1
ttl-jitter=30 -
- translated=1
loss=1 translated=1
- vlan=1
KINDS

# refused CLIENT SERVER WHY: of the work folder
refused() {
	"$B/tcpwhy" --csv --client "$work/$1.pcap" --server "$work/$2.pcap" \
		>"$work/csv" 2>"$work/err"
	[ $? -eq 2 ] && ! [ -s "$work/csv" ] && grep -q "$3" "$work/err"
	tap_case "$1 and $2: $3" $? "$work/err"
}
end client - && end server - && cp "$work/client.pcap" "$work/again.pcap"
"$B/degrade" new-numbers=1 3 $corpus/server.pcap "$work/other-run.pcap"
"$B/degrade" shifted=3600 3 $corpus/client.pcap "$work/shifted-client.pcap"
"$B/degrade" loss=3 3 $corpus/client.pcap "$work/lossy-client.pcap"
refused server client "are swapped"
refused server shifted-client "are swapped"
refused server lossy-client "are swapped"
refused client again "are one capture"
refused client other-run "no packet is in both"
tap_end
