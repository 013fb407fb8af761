#!/usr/bin/env bats
# The bench measures, judges and writes its table: here on a thousandth of its
# workloads, whose figures mean nothing.

load refute

setup() {
	cd "$BATS_TEST_DIRNAME/../.."
	tcpwhy=$PWD/${B:-build}/tcpwhy
	tmp=$BATS_FILE_TMPDIR
	csv=$tmp/build/bench.csv
	mkdir -p "$tmp/build"
	rm -f "$tmp/build/tcpwhy"
}

bench() {
	B=$tmp/build SHARED=none TCPWHY_BENCH=$tmp ROUNDS=1 PEERS=0 \
		tests/bench/bench.sh "$@" 2>"$tmp/err"
}

# A tcpwhy that does nothing, at however many jobs, but end with that status.
pretend() {
	printf '#!/bin/sh\necho --jobs N\nexit %d\n' "$1" >"$tmp/build/tcpwhy"
	chmod +x "$tmp/build/tcpwhy"
}

@test "a row for each bound, printed and as CSV" {
	needs_unpacker zstd
	ln -s "$tcpwhy" "$tmp/build/tcpwhy"
	bench A1000 B1000 C1000 >"$tmp/out" || [ $? -eq 1 ]
	for row in 'A1000,time,' 'A1000,memory KiB,' 'B1000,time,' \
		'B1000,MB/s of CSV,' 'B1000,MB/s of JSON,' 'C1000,time,'; do
		grep -E "^$row[0-9.]+,[0-9.]+,(holds|within 1.3|MISSED)," "$csv"
	done
	for tool in gzip:gz zstd:zst; do
		command -v "${tool%:*}" >/dev/null || continue
		for w in A1000 B1000; do
			grep "^$w,.${tool#*:} input,[0-9.]*,1.1," "$csv"
			grep "^$w,.${tool#*:} / ${tool%:*} -dc,[0-9.]*,,," "$csv"
		done
	done
	[ "$(wc -l <"$tmp/out")" -eq "$(wc -l <"$csv")" ]
	refute grep -q failed "$csv"
}

# The verdict is that of the row's own figures, whatever they are.
judged() { # WORKLOAD WHAT: a bound that is a most
	awk -F, -v w="$1" -v what="$2" '
	$1 == w && $2 == what {
		seen = 1
		want = "MISSED"
		if ($3 <= $4 * 1.3) want = "within 1.3"
		if ($3 <= $4) want = "holds"
		good = $5 == want
	}
	END { exit !(seen && good) }' "$csv"
}

@test "at most and at least: who does nothing writes too little" {
	pretend 0
	status=0
	bench B1000 >/dev/null || status=$?
	[ "$status" -eq 1 ]
	grep -E '^B1000,time,[0-9.]+,2.5,[^,]+,2.0,(yes|no),' "$csv"
	judged B1000 time
	grep -E '^B1000,MB/s of JSON,[0-9.e-]+,150,MISSED,,,' "$csv"
	grep -E '^B1000,time with --jobs 2,[0-9.]+,,,,,' "$csv"
}

@test "a command that fails has missed its bound" {
	pretend 3
	status=0
	bench C1000 >/dev/null || status=$?
	[ "$status" -eq 1 ]
	grep '^C1000,time,failed,2.5,MISSED,' "$csv"
}
