#!/bin/sh
# Speed and memory of a whole diagnosis, as multiples of merely reading the
# file with libpcap, in the same run:
#
#	tests/bench/bench.sh [A10 B10 C10 A B C ...]
#
# The default is the tenths; A, B and C take a gigabyte of disk each. Captures
# are made once, in $TCPWHY_BENCH (default ~/.cache/tcpwhy-bench), by
# ../shared/bench/genpcap.c where it is, else by tests/bench/generate.c (then
# the numbers are not comparable with those of the former). ROUNDS: default 7.
# tshark and tcptrace run, too, where they are installed (PEERS=0: not; three
# rounds at most). The table is also written to $B/bench.csv. Status 1: a bound
# was missed by more than its margin of 1.3, which allows for other people's
# work on the machine.
set -eu
cd "$(dirname "$0")/../.."
tcpwhy=$PWD/${B:-build}/tcpwhy
shared=../shared/bench
cache=${TCPWHY_BENCH:-${XDG_CACHE_HOME:-$HOME/.cache}/tcpwhy-bench}
rounds=${ROUNDS:-7}
csv=${B:-build}/bench.csv
mkdir -p "$cache"

compile() { # compile NAME SOURCE LIBRARIES
	[ "$cache/$1" -nt "$2" ] ||
		${CC:-cc} -std=gnu17 -O2 -o "$cache/$1" "$2" $3
}

compile race tests/bench/race.c ""
if [ -e "$shared/genpcap.c" ]; then
	made=shared
	compile bareloop "$shared/bareloop.c" -lpcap
	compile genpcap "$shared/genpcap.c" ""
else
	made=own
	compile bareloop tests/bench/bareloop.c -lpcap
	compile generate tests/bench/generate.c ""
fi

# What a workload is: connections, then how each generator makes it.
workload() {
	case $1 in
	A) flows=10000 ;; A10) flows=1000 ;;
	B) flows=1000000 ;; B10) flows=100000 ;;
	C) flows=5000000 ;; C10) flows=500000 ;;
	*) echo "bench: no workload $1" >&2; exit 2 ;;
	esac
	case $1 in
	A*) own="long $flows 200"
		args="--seed 1 --concurrency 200 --data geo:82 --burst geo:20
			--ipv6 20 --vlan 10" ;;
	B*) own="short $flows 50000"
		args="--seed 2 --concurrency 50000 --data geo:3 --snaplen 96
			--ipv6 20" ;;
	C*) own="scan $flows 10000"
		args="--seed 3 --concurrency 10000 --mix
			halfopen=9,syn-timeout=1 --syn-retries 2 --loss 0
			--snaplen 96 --clients 64 --servers 60000 --ports
			22,23,80,443,445,3389,5900,8080" ;;
	esac
}

make_capture() {
	file=$cache/$made-$1.pcap
	[ -s "$file" ] && return
	echo "making $file" >&2
	# Words of $args and $own are arguments each.
	if [ "$made" = shared ]; then
		"$cache/genpcap" -o "$file.part" --flows "$flows" $args \
			>/dev/null
	else
		"$cache/generate" $own >"$file.part"
	fi
	mv "$file.part" "$file"
}

# bound WORKLOAD: at most this multiple of the time, this memory in bytes a
# connection or, where that is "-", in KiB.
bound() {
	case $1 in
	A*) echo "1.0 - 12288" ;;
	B) echo "3.5 320 -" ;;
	C) echo "3.5 256 -" ;;
	*) echo "2.5 - -" ;;
	esac
}

peers() { # peers WORKLOAD FILE: the race's rows of whoever is installed
	[ "${PEERS:-1}" = 1 ] || return 0
	case $1 in A10 | B10 | C10) ;; *) return 0 ;; esac
	file=$2
	[ "$rounds" -lt 3 ] && set -- "$rounds" || set -- 3
	set -- "$@" "base=$tcpwhy --summary $file"
	if command -v tshark >/dev/null; then
		set -- "$@" "tshark=tshark -q -z conv,tcp -r $file"
	fi
	if command -v tcptrace >/dev/null; then
		set -- "$@" "tcptrace=tcptrace -nq $file"
	fi
	"$cache/race" "$@"
}

judge() { # judge WORKLOAD: reads the race's CSV, writes the table's rows
	set -- "$1" $(bound "$1")
	awk -F, -v OFS=, -v w="$1" -v x="$2" -v each="$3" -v most="$4" \
		-v flows="$flows" '
	function verdict(value, limit) {
		if (limit == "-") return ""
		if (value <= limit) return "holds"
		return value <= limit * 1.3 ? "within 1.3" : "MISSED"
	}
	$1 == "tcpwhy" {
		bytes = ($3 - 4096) * 1024 / flows
		print w, "time", $5, x, verdict($5, x), $4
		print w, "memory/connection", int(bytes), each,
			verdict(bytes, each), ""
		print w, "memory KiB", $3, most, verdict($3, most), ""
	}
	function least(value, limit) {
		return value < limit ? "MISSED" : "holds"
	}
	$1 == "tshark" {
		print w, "faster than tshark", $5, 20, least($5, 20), ""
	}
	$1 == "tcptrace" {
		print w, "faster than tcptrace", $5, 2.5, least($5, 2.5), ""
	}'
}

echo "workload,what,value,bound,verdict,by CPU time" >"$csv"
for w in ${*:-A10 B10 C10}; do
	workload "$w"
	make_capture "$w"
	file=$cache/$made-$w.pcap
	{
		"$cache/race" "$rounds" "base=$cache/bareloop $file" \
			"tcpwhy=$tcpwhy --summary $file"
		peers "$w" "$file"
	} | judge "$w" >>"$csv"
done
awk -F, '{ printf "%-8s  %-21s %10s %8s  %-11s %s\n", $1, $2,
	(NR == 1 || $3 == int($3)) ? $3 : sprintf("%.2f", $3), $4, $5, $6 }' \
	"$csv"
! grep -q MISSED "$csv"
