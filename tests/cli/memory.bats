#!/usr/bin/env bats
# Memory that runs out: whichever allocation fails, the report is what it is
# with enough memory, or there is none, a message says why, and the exit status
# is 1.

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	case ${B:-build} in *san-*) return 0 ;; esac
	"${CC:-cc}" -O1 -shared -fPIC -o "$BATS_FILE_TMPDIR/failing.so" \
		tests/cli/failing.c -ldl
	gzip -c samples/stale-peer.pcap >"$BATS_FILE_TMPDIR/stale.pcap.gz"
	zstd -qc samples/stale-peer.pcap >"$BATS_FILE_TMPDIR/stale.pcap.zst"
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	case ${B:-build} in
	*san-*) skip "sanitizers allocate in their own way" ;;
	esac
	tcpwhy=${B:-build}/tcpwhy
	tmp=$BATS_TEST_TMPDIR
	given=$BATS_FILE_TMPDIR
	one=samples/stale-peer.pcap
	bad=0
	ulimit -t 20 # whoever loops for want of memory
	export LC_ALL=C # without a locale to load there is less to try
}

# Runs tcpwhy with allocation $at failing; if $from is set, all from there on.
failing() { # ARGUMENT...
	FAIL_AT=$at FAIL_FROM=$from LD_PRELOAD=$given/failing.so "$tcpwhy" "$@"
}

# How many allocations there are.
count() { # ARGUMENT...
	FAIL_COUNT=1 LD_PRELOAD=$given/failing.so "$tcpwhy" "$@" 2>&1 >/dev/null |
		tail -n 1
}

complain() { # WHAT ARGUMENT...
	printf 'allocation %s%s of "%s": %s\n' "$at" "${from:+ and on}" \
		"${*:2}" "$1"
	head -n 3 "$tmp/err"
	bad=$((bad + 1))
	[ $bad -lt 10 ]
}

# One run: whole and fine, or nothing and a reason.
try() { # ARGUMENT...
	local status=0 out

	out=$(failing "$@" 2>"$tmp/err") || status=$?
	if [ $status -eq 0 ]; then
		[ "$out" = "$whole" ] || complain "another report" "$@"
	elif [ $status -ne 1 ]; then
		complain "status $status" "$@"
	elif ! [[ $(<"$tmp/err") =~ tcpwhy:.*(out of memory|Cannot allocate) ]]; then
		complain "no reason" "$@"
	fi
}

# Each allocation in turn fails, alone and with all that follow; of many, some
# (TRIES=1000: all).
every() { # ARGUMENT...
	local n at from

	whole=$("$tcpwhy" "$@")
	n=$(count "$@")
	[ "$n" -gt 0 ]
	for from in "" 1; do
		for ((at = 1; at <= n; at += 1 + n / ${TRIES:-35})); do
			try "$@" || return 1
		done
	done
	[ $bad -eq 0 ]
}

@test "whichever allocation fails: a CSV" {
	TRIES=1000
	every --csv "$one"
}

@test "whichever allocation fails: a text report" {
	every --text "$one"
}

@test "whichever allocation fails: a summary" {
	every --summary "$one"
}

@test "whichever allocation fails: JSON Lines" {
	every --json "$one"
}

@test "whichever allocation fails: Markdown" {
	every --markdown "$one"
}

@test "whichever allocation fails: a page" {
	every --html - "$one"
}

@test "whichever allocation fails: one connection" {
	every -n 1 "$one"
}

@test "whichever allocation fails: a gzip file" {
	every --csv "$given/stale.pcap.gz"
}

@test "whichever allocation fails: a zstd file" {
	every --csv "$given/stale.pcap.zst"
}

@test "whichever allocation fails: two ends' captures" {
	every --csv --client "$one" --server "$one"
}

@test "whichever allocation fails: chosen connections" {
	every --csv --where "server_port>=1" "$one"
}

@test "whichever allocation fails: an error" {
	every --text --errno ECONNRESET "$one"
}

@test "whichever allocation fails: a filter" {
	every --csv --filter tcp "$one"
}

@test "whichever allocation fails: a log line" {
	every --text --log "Connection reset by peer" "$one"
}

@test "whichever allocation fails: several files" {
	every --csv "$one" samples/orderly-close.pcap
}

@test "whichever allocation fails: pcapng" {
	every --csv samples/file-pcapng-comments.pcap
}

@test "whichever allocation fails: an explanation" {
	every explain reset_stale_peer
}

@test "whichever allocation fails: help" {
	every --help
}

@test "whichever allocation fails, -o writes all of its file or none" {
	local n at from status

	mkdir "$tmp/out"
	n=$(count --csv -o "$tmp/out/all" "$one")
	cp "$tmp/out/all" "$tmp/whole"
	for from in "" 1; do
		for ((at = 1; at <= n; at += 2)); do
			rm -f "$tmp/out/"*
			status=0
			failing --csv -o "$tmp/out/all" "$one" 2>"$tmp/err" || status=$?
			if [ $status -eq 0 ]; then
				cmp "$tmp/out/all" "$tmp/whole"
			else
				[ -z "$(ls -A "$tmp/out")" ]
			fi
		done
	done
}

@test "whichever allocation fails: a pipe" {
	local n at from status out

	whole=$("$tcpwhy" --csv - <"$one")
	n=$(count --csv - <"$one")
	for from in "" 1; do
		for ((at = 1; at <= n; at++)); do
			status=0
			out=$(cat "$one" | failing --csv - 2>"$tmp/err") || status=$?
			if [ $status -eq 0 ]; then
				[ "$out" = "$whole" ]
			else
				[ $status -eq 1 ]
				grep -q "^tcpwhy:.*out of memory" "$tmp/err"
			fi
		done
	done
}
