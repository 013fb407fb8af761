#!/bin/sh
# The laboratory's captures, made imperfect in each of the ways that captures
# are (degrade --list): no `certain` is wrong, and of the `likely` at least 95
# in 100 are right.
# Prints TAP.
#
#   tests/checks/degraded.sh [KIND=VALUE]...    these alone, with what was wrong

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
tap_begin
corpus=samples/lab/corpus
export TZ=UTC LC_ALL=C.UTF-8

diagnose() { # VANTAGE: its CSV from $work/VANTAGE.pcap
	"$B/tcpwhy" --csv "$work/$1.pcap" >"$work/$1.csv" 2>"$work/$1.err"
	case $? in 0 | 4) ;; *) cat "$work/$1.err" >&2; return 1 ;; esac
}

score() { # OPTION...: of the three vantage points
	"$B/score" "$@" $corpus/truth.csv client "$work/client.csv" \
		middle "$work/middle.csv" server "$work/server.csv"
}

# "certain N wrong N likely N wrong N" is good enough.
good() {
	awk '{ exit !($4 == 0 && $8 * 20 <= $6) }' "$work/score"
}

one() { # KIND=VALUE [cut]
	for vantage in client middle server; do
		"$B/degrade" "$1" 7 $corpus/$vantage.pcap \
			"$work/$vantage.pcap" && diagnose $vantage || return 1
	done
	score --brief ${2:+--$2} >"$work/score"
	good
}

both_ends() { # the client's and the server's capture as one
	"$B/degrade" merge 7 $corpus/client.pcap $corpus/server.pcap \
		"$work/client.pcap" && diagnose client || return 1
	"$B/score" --brief $corpus/truth.csv client "$work/client.csv" \
		>"$work/score"
	good
}

if [ $# -gt 0 ]; then
	for kind; do
		one "$kind"
		score
	done
	exit
fi

"$B/degrade" --list >"$work/kinds" || exit 1
while read -r kind cut; do
	one "$kind" $cut
	tap_case "$kind: $(cat "$work/score")" $?
done <"$work/kinds"
both_ends
tap_case "both ends in one file: $(cat "$work/score")" $?
tap_end
