#!/bin/sh
# Every sample: its capture is what its script compiles to, tcpwhy judges it as
# the script says, and reports it as tests/golden has it.
# Prints TAP.
#
#   tests/samples.sh           test
#   tests/samples.sh --bless   write the goldens anew, but for samples that are
#                              judged otherwise than their scripts say

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
B=$(cd "${B:-build}" && pwd) || exit 1
tap_begin
export TZ=UTC LC_ALL=C.UTF-8 NO_COLOR=1

judge() { # NAME: into $work/judged
	{
		"$B/tcpwhy" --csv "samples/$1.pcap" >"$work/csv" &&
			awk -f tests/checks/expect.awk "samples/$1.pkt" "$work/csv"
	} >"$work/judged" 2>&1
}

report() { # NAME: into $work/text
	(cd samples && "$B/tcpwhy" --text --all "$1.pcap") >"$work/text" \
		2>"$work/err" && ! [ -s "$work/err" ]
}

bless() {
	refused=0
	mkdir -p tests/golden
	for script in samples/*.pkt; do
		name=${script##*/} name=${name%.pkt}
		if judge "$name" && report "$name"; then
			cmp -s "$work/text" "tests/golden/$name.txt" ||
				cp "$work/text" "tests/golden/$name.txt"
		else
			refused=$((refused + 1))
			echo "not blessed: $name"
			sed 's/^/  /' "$work/judged"
		fi
	done
	for golden in tests/golden/*.txt; do
		name=${golden##*/}
		[ -e "samples/${name%.txt}.pkt" ] || rm -f "$golden"
	done
	[ "$refused" -eq 0 ]
}

if [ "${1:-}" = --bless ]; then
	bless
	exit
fi

for script in samples/*.pkt; do
	name=${script##*/} name=${name%.pkt}
	"$B/pktc" "$script" "$work/pcap" 2>"$work/err" &&
		cmp "$work/pcap" "samples/$name.pcap" >>"$work/err" 2>&1
	tap_case "$name.pcap is what its script compiles to" $? "$work/err"
	judge "$name"
	tap_case "$name is judged as its script says" $? "$work/judged"
	report "$name" &&
		diff -u "tests/golden/$name.txt" "$work/text" >"$work/diff" 2>&1
	tap_case "$name is reported as before" $? "$work/diff"
done
for capture in samples/*.pcap tests/golden/*.txt; do
	name=${capture##*/} name=${name%.*}
	[ -e "samples/$name.pkt" ] || ! [ -e "$capture" ] && continue
	tap_case "$capture has a script" 1
done
tap_end
