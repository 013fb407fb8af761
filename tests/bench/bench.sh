#!/bin/sh
# What a whole diagnosis costs, in the same run as merely reading the file with
# libpcap (the base of every ratio), as other tools, and as decompressing alone:
#
#	tests/bench/bench.sh [A10 B10 C10 A B C B100 ...]
#
# The default is the tenths. A, B and C take a gigabyte of disk each; a number
# is the part of it that is made. Captures are made once, in $TCPWHY_BENCH
# (default ~/.cache/tcpwhy-bench), by genpcap.c in $SHARED (default
# ../shared/bench) where it is, else by tests/bench/generate.c (then numbers are
# not comparable with those of the former). ROUNDS: default 7. tshark and
# tcptrace run where they are installed (PEERS=0: not; three rounds at most),
# and gzip and zstd likewise.
#
# Prints a table, which is also written as CSV to $B/bench.csv: what was
# measured, its bound and whether that holds, what may be reached beyond that
# and whether it is. "within 1.3" is a bound missed by no more than what other
# people's work on the machine explains. Status 1: one was MISSED, or a command
# failed.
set -eu
cd "$(dirname "$0")/../.."
build=$(cd "${B:-build}" && pwd)
tcpwhy=$build/tcpwhy
bin=$build/bench
shared=${SHARED:-../shared/bench}
cache=${TCPWHY_BENCH:-${XDG_CACHE_HOME:-$HOME/.cache}/tcpwhy-bench}
rounds=${ROUNDS:-7}
csv=$build/bench.csv
mkdir -p "$cache" "$bin"

# The bounds are for one thread.
one=$tcpwhy two=
if "$tcpwhy" --help | grep -q -e --jobs; then
	one="$tcpwhy --jobs 1" two="$tcpwhy --jobs 2"
fi

# Workload, what, at most or at least, bound, beyond. A10 stands for all parts
# of A.
bounds() {
	cat <<'TABLE'
A,time,most,1.0,0.85
A,memory KiB,most,12288,
B,time,most,3.5,2.5
B,time a packet / B10's,most,1.5,
B,memory/connection,most,320,192
C,time,most,3.5,2.5
C,memory/connection,most,256,128
A10,time,most,1.0,0.85
A10,memory KiB,most,12288,
A10,.gz input,most,1.1,
A10,.zst input,most,1.1,
B10,time,most,2.5,2.0
B10,MB/s of CSV,least,150,
B10,MB/s of JSON,least,150,
B10,.gz input,most,1.1,
B10,.zst input,most,1.1,
C10,time,most,2.5,2.0
A10,faster than tshark,least,20,
A10,faster than tcptrace,least,2.5,
B10,faster than tshark,least,20,
B10,faster than tcptrace,least,2.5,
C10,faster than tshark,least,20,
C10,faster than tcptrace,least,2.5,
TABLE
}

# Workloads ------------------------------------------------------------------

compile() { # compile NAME SOURCE [LIBRARY]
	[ "$bin/$1" -nt "$2" ] ||
		${CC:-cc} -std=gnu17 -O2 -o "$bin/$1" "$2" ${3:-}
}

compile_tools() {
	compile race tests/bench/race.c
	if [ -e "$shared/genpcap.c" ]; then
		made=shared
		compile bareloop "$shared/bareloop.c" -lpcap
		compile genpcap "$shared/genpcap.c"
	else
		made=own
		compile bareloop tests/bench/bareloop.c -lpcap
		compile generate tests/bench/generate.c
	fi
}

# How many connections a workload has, and how each generator makes them.
workload() {
	case $1 in
	A*) flows=10000 own=long crowd=200
		args="--seed 1 --data geo:82 --burst geo:20 --ipv6 20 --vlan 10"
		;;
	B*) flows=1000000 own=short crowd=50000
		args="--seed 2 --data geo:3 --snaplen 96 --ipv6 20" ;;
	C*) flows=5000000 own=scan crowd=10000
		args="--seed 3 --mix halfopen=9,syn-timeout=1 --syn-retries 2
			--loss 0 --snaplen 96 --clients 64 --servers 60000
			--ports 22,23,80,443,445,3389,5900,8080" ;;
	esac
	case $1 in
	[ABC] | [ABC][1-9]0 | [ABC][1-9]00 | [ABC][1-9]000) ;;
	*) echo "bench: no workload $1" >&2; exit 2 ;;
	esac
	part=${1#?}
	flows=$((flows / ${part:-1}))
	file=$cache/$made-$1.pcap
}

make_capture() {
	workload "$1"
	[ -s "$file" ] && return
	echo "making $file" >&2
	if [ "$made" = shared ]; then
		# Words of $args are arguments each.
		"$bin/genpcap" -o "$file.part" --flows "$flows" \
			--concurrency "$crowd" $args >/dev/null
	else
		"$bin/generate" "$own" "$flows" "$crowd" >"$file.part"
	fi
	mv "$file.part" "$file"
}

# Measuring ------------------------------------------------------------------
# Each prints rows: workload, what, value (or "failed"), value by CPU time.

# ratios WORKLOAD: of a race's commands to its first
ratios() {
	awk -F, -v OFS=, -v w="$1" '
	NR == 1 { failed = $7 }
	NR > 1 { print w, $1, (failed $7 == "" ? $6 : "failed"), $5 }'
}

time_and_memory() {
	set -- "$1" "base=$bin/bareloop $file" "time=$one --summary $file"
	[ -z "$two" ] || set -- "$@" "time with --jobs 2=$two --summary $file"
	w=$1
	shift
	"$bin/race" "$rounds" "$@" >"$bin/race.csv"
	ratios "$w" <"$bin/race.csv"
	awk -F, -v OFS=, -v w="$w" -v flows="$flows" '
	$1 == "time" && w ~ /^A/ { print w, "memory KiB", $2, "" }
	$1 == "time" && w !~ /^A/ {
		each = ($2 - 4096) * 1024 / flows
		print w, "memory/connection", int(each), ""
	}' "$bin/race.csv"
}

packets() {
	"$bin/bareloop" "$1" | sed 's/.*packets=\([0-9]*\).*/\1/'
}

time_a_packet() {
	whole=$file
	make_capture B10
	set -- "$1" "$(packets "$whole")" "$(packets "$file")"
	"$bin/race" "$rounds" "base=$one --summary $file" \
		"time a packet / B10's=$one --summary $whole" |
		ratios "$1" |
		awk -F, -v OFS=, -v n="$2" -v n10="$3" '
		$3 != "failed" { $3 *= n10 / n; $4 *= n10 / n }
		{ print }'
}

bytes() {
	"$@" 2>/dev/null | wc -c
}

# What is written in the CPU time that the summary does not need.
rows_a_second() {
	set -- "$1" "$(bytes $one --csv "$file")" "$(bytes $one --json "$file")"
	"$bin/race" "$rounds" "base=$one --summary $file" \
		"CSV=$one --csv $file" "JSON=$one --json $file" |
		awk -F, -v OFS=, -v w="$1" -v csv="$2" -v json="$3" '
		NR == 1 { failed = $7; next }
		{
			rate = ($1 == "CSV" ? csv : json) / 1e6 / \
			    ($4 > 0 ? $4 : 0.001)
			print w, "MB/s of " $1,
			    (failed $7 == "" ? rate : "failed"), ""
		}'
}

# Unpacking runs beside the analysis: the two together may take little longer
# than the slower one alone. How that compares with the tool stands below it.
compressed() { # compressed WORKLOAD SUFFIX TOOL LEVEL
	command -v "$3" >/dev/null || return 0
	small=$file$2
	if ! [ -s "$small" ]; then
		"$3" "$4" -c "$file" >"$small.part"
		mv "$small.part" "$small"
	fi
	"$bin/race" "$rounds" "base=$3 -dc <$small" \
		"plain=$one --summary $file" "$2=$one --summary $small" |
		awk -F, -v OFS=, -v w="$1" -v what="$2" -v tool="$3" '
		{ failed = failed $7; clock[$1] = $6; cpu[$1] = $5 }
		END {
			slower = clock["plain"] > 1 ? clock["plain"] : 1
			v = failed == "" ? clock[what] / slower : "failed"
			print w, what " input", v, ""
			print w, what " / " tool " -dc",
			    (failed == "" ? clock[what] : "failed"), cpu[what]
		}'
}

peers() {
	[ "${PEERS:-1}" = 1 ] || return 0
	set -- "$1" "base=$one --summary $file"
	if command -v tshark >/dev/null; then
		set -- "$@" "faster than tshark=tshark -q -z conv,tcp -r $file"
	fi
	if command -v tcptrace >/dev/null; then
		set -- "$@" "faster than tcptrace=tcptrace -nq $file"
	fi
	w=$1
	shift
	[ $# -gt 1 ] || return 0
	"$bin/race" $((rounds < 3 ? rounds : 3)) "$@" | ratios "$w"
}

measure() {
	time_and_memory "$1"
	case $1 in
	B) time_a_packet "$1" ;;
	B?*) rows_a_second "$1" ;;
	esac
	case $1 in
	[AB]?*)
		compressed "$1" .gz gzip -6
		compressed "$1" .zst zstd -3
		;;
	esac
	case $1 in
	??*) peers "$1" ;;
	esac
}

# The table ------------------------------------------------------------------

judge() { # judge ROWS: the CSV
	bounds | awk -F, -v OFS=, '
	function verdict(value, key) {
		if (value == "failed")
			return "MISSED"
		if (bound[key] == "")
			return ""
		return within(value, key, 1) ? "holds" : \
		    within(value, key, 1.3) ? "within 1.3" : "MISSED"
	}
	function within(value, key, margin) {
		return sense[key] == "least" ? value * margin >= bound[key] : \
		    value <= bound[key] * margin
	}
	function reached(value, key) {
		if (beyond[key] == "")
			return ""
		return value <= beyond[key] ? "yes" : "no"
	}
	NR == FNR {
		sense[$1 "," $2] = $3
		bound[$1 "," $2] = $4
		beyond[$1 "," $2] = $5
		next
	}
	FNR == 1 {
		print "workload", "what", "value", "bound", "verdict", "beyond",
		    "reached", "by CPU time"
	}
	{
		key = (length($1) > 1 ? substr($1, 1, 1) "10" : $1) "," $2
		print $1, $2, $3, bound[key], verdict($3, key), beyond[key],
		    reached($3, key), $4
	}' - "$1"
}

print_table() {
	awk -F, '
	function figure(v) {
		return v !~ /^[0-9.]+$/ || v == int(v) ? v : \
		    sprintf(v < 100 ? "%.2f" : "%.0f", v)
	}
	{
		printf "%-8s  %-22s %9s %7s  %-10s %7s %-7s %11s\n", $1, $2,
		    figure($3), $4, $5, $6, $7, figure($8)
	}' "$csv" | sed 's/ *$//'
}

compile_tools
: >"$bin/rows.csv"
for w in ${*:-A10 B10 C10}; do
	make_capture "$w"
	measure "$w" >>"$bin/rows.csv"
done
judge "$bin/rows.csv" >"$csv"
print_table
! grep -q MISSED "$csv"
