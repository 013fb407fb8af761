#!/usr/bin/env bats
# Memory that runs out: whichever allocation fails, the report is what it is
# with enough memory, or there is none, a message says why, and the exit status
# is 1.

load refute

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

	[ -z "${STATIC:-}" ] || skip "nothing is preloaded into a static program"
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
	needs_unpacker zstd
	every --csv "$given/stale.pcap.zst"
}

@test "whichever allocation fails: two ends' captures" {
	editcap -F pcap -t 0.0001 "$one" "$given/server.pcap"
	every --csv --client "$one" --server "$given/server.pcap"
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

@test "a small file needs little address space" {
	ulimit -v 200000
	"$tcpwhy" -n 1 "$one" | grep -q "RST"
	"$tcpwhy" --csv samples/mptcp-fastclose.pcap | grep -q reset_unread_data
}

# Thousands of connections on the same addresses and ports.
same_ports() { # N
	python3 - "$1" <<-'END'
		import struct, sys
		def ip(s, d, tcp):
		    return struct.pack('>BBHHHBBH4s4s', 0x45, 0, 40, 0, 0, 64, 6, 0, s, d) + tcp
		a, b, out = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]), sys.stdout.buffer
		out.write(struct.pack('<IHHIIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
		for i in range(int(sys.argv[1])):
		    p = ip(a, b, struct.pack('>HHIIBBHHH', 1000, 80, i * 7919 & 0xffffffff, 0, 0x50, 2, 65535, 0, 0))
		    out.write(struct.pack('<IIII', 1700000000, i % 1000000, 40, 40) + p)
	END
}

# The most memory that a run took, in KiB.
peak() { # ARGUMENT...
	python3 - "$tcpwhy" "$@" <<-'END'
		import resource, subprocess, sys
		subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
		print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
	END
}

@test "a page's ladders need no memory for other connections on the same ports" {
	same_ports 20000 >"$tmp/same.pcap"
	[ "$(peak --html "$tmp/page" "$tmp/same.pcap")" -lt 100000 ]
	[ "$(grep -c "ladder of connection" "$tmp/page")" -ge 10 ]
}

# 300,000 connections, most of which are over at once.
scan() {
	"${CC:-cc}" -O1 -o "$given/generate" tests/bench/generate.c
	"$given/generate" scan 300000 2000 >"$tmp/scan.pcap"
}

@test "--max-memory holds within a tenth, and costs no row" {
	local kind

	scan
	for kind in --csv --text --json --summary; do
		[ "$(peak $kind --max-memory 24M "$tmp/scan.pcap" 2>"$tmp/err")" \
			-le $((24 * 1024 * 11 / 10)) ]
		grep -q "max-memory: [0-9]* connections decided early" "$tmp/err"
	done
	grep -q "groups are looked for among the first" \
		<("$tcpwhy" --text --max-memory 24M "$tmp/scan.pcap" 2>&1 >/dev/null)
	"$tcpwhy" --csv "$tmp/scan.pcap" >"$tmp/all"
	"$tcpwhy" --csv --max-memory 24M "$tmp/scan.pcap" 2>/dev/null >"$tmp/few"
	cmp <(cut -d , -f 1-8 "$tmp/all") <(cut -d , -f 1-8 "$tmp/few")
}

# What is noted of each for its neighbours' sake does not stay.
@test "--max-memory holds where every connection was aborted" {
	python3 - >"$tmp/aborted.pcap" <<-'END'
		import struct, sys
		out, n = sys.stdout.buffer, 0
		out.write(struct.pack('<IHHIIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
		def seg(i, forth, seq, ack, flags, size=0):
		    global n
		    n += 1
		    a, b, cp = struct.pack('>I', 0x0a000000 + i // 50000), bytes([10, 9, 0, 2]), 1024 + i % 50000
		    s, d, sp, dp = (a, b, cp, 80) if forth else (b, a, 80, cp)
		    out.write(struct.pack('<IIII', 1700000000 + n // 300000, n % 300000 * 3, 40, 40 + size))
		    out.write(struct.pack('>BBHHHBBH4s4s', 0x45, 0, 40 + size, 0, 0, 64, 6, 0, s, d))
		    out.write(struct.pack('>HHIIBBHHH', sp, dp, seq, ack, 0x50, flags, 65535, 0, 0))
		for i in range(120000):
		    x = i * 7919 & 0xffffff
		    seg(i, 1, x, 0, 2), seg(i, 0, x, x + 1, 18), seg(i, 1, x + 1, x + 1, 16)
		    seg(i, 1, x + 1, x + 1, 24, 100), seg(i, 0, x + 1, x + 101, 16), seg(i, 1, x + 101, x + 1, 20)
	END
	[ "$(peak --csv --max-memory 24M "$tmp/aborted.pcap" 2>"$tmp/err")" \
		-le $((24 * 1024 * 11 / 10)) ]
}

@test "without room for a temporary file memory is taken, and that is said" {
	scan
	TMPDIR=/nowhere "$tcpwhy" --csv --max-memory 24M "$tmp/scan.pcap" \
		2>"$tmp/err" | wc -l | grep -qx 300001
	grep -q "/nowhere: no temporary file (No such file" "$tmp/err"
	(
		ulimit -f 1000
		"$tcpwhy" --csv --max-memory 24M "$tmp/scan.pcap" 2>"$tmp/err" | wc -l
	) | grep -qx 300001
	grep -q "no temporary file (File too large)" "$tmp/err"
}

@test "a zstd window that has no room is said, and one of 8 MiB always has" {
	needs_unpacker zstd
	zstd -qc --long=27 <"$one" >"$tmp/wide.zst"
	zstd -qc -3 <"$one" >"$tmp/plain.zst"
	"$tcpwhy" --csv --max-memory 2G "$tmp/wide.zst" | cmp - <("$tcpwhy" --csv "$one")
	"$tcpwhy" --csv --max-memory 16M "$tmp/plain.zst" | cmp - <("$tcpwhy" --csv "$one")
	run "$tcpwhy" --csv --max-memory 64M "$tmp/wide.zst"
	[ "$status" -eq 3 ]
	[[ $output == *"zstd window beyond what --max-memory or ulimit leaves"* ]]
}

@test "the ladder of a long connection takes little memory" {
	python3 - >"$tmp/long.pcap" <<-'END'
		import struct, sys
		out = sys.stdout.buffer
		a, b, n = bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]), 0
		out.write(struct.pack('<IHHIIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
		def seg(forth, seq, ack, flags, size=0):
		    global n
		    n += 1
		    s, d, sp, dp = (a, b, 1000, 80) if forth else (b, a, 80, 1000)
		    out.write(struct.pack('<IIII', 1700000000 + n // 100000, n % 100000 * 10, 40, 40 + size))
		    out.write(struct.pack('>BBHHHBBH4s4s', 0x45, 0, 40 + size, 0, 0, 64, 6, 0, s, d))
		    out.write(struct.pack('>HHIIBBHHH', sp, dp, seq, ack, 0x50, flags, 65535, 0, 0))
		seg(1, 0, 0, 2), seg(0, 0, 1, 18), seg(1, 1, 1, 16)
		for i in range(150000):
		    seg(1, 1 + i * 1400, 1, 16, 1400), seg(0, 1, 1401 + i * 1400, 16)
		seg(0, 1, 1 + 150000 * 1400, 20)
	END
	[ "$(peak -n 1 "$tmp/long.pcap")" -lt 16000 ]
	[ "$(peak --html - "$tmp/long.pcap")" -lt 16000 ]
	"$tcpwhy" -n 1 "$tmp/long.pcap" >"$tmp/out"
	[ "$(wc -l <"$tmp/out")" -lt 100 ]
	grep -q "[0-9,]* segments are left out here" "$tmp/out"
	grep -q "RST ACK.* 300004 " "$tmp/out"
}

@test "of two captures no more is kept than --max-memory leaves, and that is said" {
	"${CC:-cc}" -O1 -o "$given/generate" tests/bench/generate.c
	"$given/generate" short 20000 500 >"$tmp/short.pcap"
	editcap -F pcap -t 0.5 "$tmp/short.pcap" "$tmp/later.pcap" 5 7 9 ||
		skip "no editcap"
	[ "$(peak --summary --max-memory 48M --client "$tmp/short.pcap" \
		--server "$tmp/later.pcap" 2>"$tmp/err")" -le $((48 * 1024 * 11 / 10)) ]
	grep -q "the first [0-9]* segments of $tmp/short.pcap alone are compared" "$tmp/err"
}
