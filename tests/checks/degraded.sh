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

diagnose() { # VANTAGE [FILE...]: its CSV from these, or $work/VANTAGE.pcap
	vantage=$1 && shift
	[ $# -gt 0 ] || set -- "$work/$vantage.pcap"
	"$B/tcpwhy" --csv "$@" >"$work/$vantage.csv" 2>"$work/$vantage.err"
	case $? in 0 | 4) ;; *) cat "$work/$vantage.err" >&2; return 1 ;; esac
}

# What the NAT did to client_ip and client_port (degrade: translated).
translate_back() {
	awk -F, -v OFS=, 'NR > 1 {
			$6 += int($6 / 16384) % 2 ? -16384 : 16384
			if (split($5, a, ".") == 4)
				$5 = (a[1] + (a[1] < 128 ? 128 : -128)) "." \
					a[2] "." a[3] "." a[4]
		} 1' "$work/$1.csv" >"$work/back.csv" &&
		mv "$work/back.csv" "$work/$1.csv"
}

score() { # OPTION...: of the three vantage points
	"$B/score" "$@" "$truth" client "$work/client.csv" \
		middle "$work/middle.csv" server "$work/server.csv"
}

# "certain N wrong N likely N wrong N" is good enough.
good() {
	awk '{ exit !($4 == 0 && $8 * 20 <= $6) }' "$work/score"
}

one() { # KIND=VALUE [HOW]: to read the truth
	truth=$corpus/truth.csv
	for vantage in client middle server; do
		"$B/degrade" "$1" 7 $corpus/$vantage.pcap \
			"$work/$vantage.pcap" && diagnose $vantage || return 1
		[ "$2" != translated ] || translate_back $vantage
	done
	if [ "$2" = twice ]; then
		{ cat "$truth"; tail -n +2 "$truth"; } >"$work/truth.csv"
		truth=$work/truth.csv
	fi
	option=--brief
	[ "$2" != cut ] || option="--brief --cut"
	score $option >"$work/score"
	good
}

both_ends() { # the client's and the server's capture as one
	"$B/degrade" merge 7 $corpus/client.pcap $corpus/server.pcap \
		"$work/client.pcap" && diagnose client || return 1
	"$B/score" --brief $corpus/truth.csv client "$work/client.csv" \
		>"$work/score"
	good
}

two_pieces() { # of one capture, the later one first
	truth=$corpus/truth.csv
	for vantage in client middle server; do
		for piece in early late; do
			"$B/degrade" $piece=50 7 $corpus/$vantage.pcap \
				"$work/$piece.pcap" || return 1
		done
		diagnose $vantage "$work/late.pcap" "$work/early.pcap" ||
			return 1
	done
	score --brief >"$work/score"
	good
}

if [ $# -gt 0 ]; then
	for kind; do
		one "$kind" "$("$B/degrade" --list |
			awk -v kind="$kind" '$1 == kind { print $2 }')"
		score
	done
	exit
fi

"$B/degrade" --list >"$work/kinds" || exit 1
while read -r kind how; do
	one "$kind" "$how"
	tap_case "$kind: $(cat "$work/score")" $?
done <"$work/kinds"
both_ends
tap_case "both ends in one file: $(cat "$work/score")" $?
two_pieces
tap_case "two pieces as two files: $(cat "$work/score")" $?
ways=$(($(wc -l <"$work/kinds") + 2))
grep -q "made imperfect in $ways ways" README.md
tap_case "the README says that these are $ways ways" $?
tap_end
