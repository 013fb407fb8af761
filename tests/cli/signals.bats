#!/usr/bin/env bats
# Signals to the built program while it waits: for a pipe to be opened, for the
# header of a capture, for log lines, for more packets, for the reader of its
# report. All signals in all states are in tests/unit/cli/test_signals.c, the
# browser's in tui.bats.

ending='INT TERM HUP QUIT USR1 USR2 ALRM XCPU RTMIN'

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	tcpwhy=${B:-build}/tcpwhy
	tmp=$BATS_TEST_TMPDIR
	mkdir "$tmp/out"
	mkfifo "$tmp/pipe"
	ulimit -c 0
}

teardown() {
	exec 9>&-
	[ -z "${pid:-}" ] || kill -KILL "$pid" 2>/dev/null || true
}

# Starts tcpwhy in the background, where a shell lets it ignore SIGINT.
begin() {
	env --default-signal "$tcpwhy" "$@" 2>"$tmp/err" 9>&- &
	pid=$!
}

# Waits until it waits for something.
waiting() {
	for _ in $(seq 500); do
		[ "$(cat "/proc/$pid/comm")" = tcpwhy ] &&
			grep -q '^State:.S' "/proc/$pid/status" &&
			return 0
		sleep 0.02
	done
	return 1
}

# The signal ends it, and its number is what the caller sees.
ended_by() { # SIGNAL
	kill -s "$1" "$pid"
	status=0
	wait "$pid" || status=$?
	pid=
	[ "$status" -eq $((128 + $(kill -l "$1"))) ]
	[ -z "$(find "$tmp/out" -type f)" ]
}

@test "while the pipe has no writer" {
	for signal in $ending; do
		begin -c "$tmp/pipe" -o "$tmp/out/report"
		waiting
		ended_by "$signal"
	done
}

@test "while the capture's header is awaited" {
	exec 9<>"$tmp/pipe"
	for signal in $ending; do
		begin -c "$tmp/pipe" -o "$tmp/out/report"
		waiting
		ended_by "$signal"
	done
}

@test "while log lines are awaited" {
	for signal in $ending; do
		begin -c --log-file "$tmp/pipe" -o "$tmp/out/report" \
			samples/orderly-close.pcap
		waiting
		ended_by "$signal"
	done
}

# What one that was ended left unread is not the next one's.
fresh_pipe() {
	rm -f "$tmp/pipe"
	mkfifo "$tmp/pipe"
	exec 9<>"$tmp/pipe"
}

@test "while packets are awaited, but for Ctrl-C" {
	for signal in ${ending#INT }; do
		fresh_pipe
		begin -c "$tmp/pipe" -o "$tmp/out/report"
		cat samples/orderly-close.pcap >&9
		file_appears
		ended_by "$signal"
	done
}

# The header row is there, and it waits: all that came was read.
reads_on() {
	for _ in $(seq 500); do
		! grep -qs ^connection, "$tmp"/out/report* || break
		sleep 0.02
	done
	waiting
}

file_appears() {
	for _ in $(seq 500); do
		[ -z "$(find "$tmp/out" -type f)" ] || return 0
		sleep 0.02
	done
	return 1
}

@test "Ctrl-C while packets are awaited: a report of those that came" {
	exec 9<>"$tmp/pipe"
	begin -c "$tmp/pipe" -o "$tmp/out/report"
	cat samples/orderly-close.pcap >&9
	reads_on
	kill -INT "$pid"
	wait "$pid"
	pid=
	grep -q orderly_close "$tmp/out/report"
	grep -q interrupted "$tmp/err"
}

@test "while nobody takes the report" {
	exec 9<>"$tmp/pipe"
	for signal in $ending; do
		begin --json samples/*.pcap >"$tmp/pipe"
		waiting
		ended_by "$signal"
		dd <&9 of="$tmp/taken" bs=1M count=1 2>/dev/null
	done
}

@test "a report larger than files may be: status 1, and why" {
	status=0
	(
		ulimit -f 1
		exec "$tcpwhy" -a -t samples/*.pcap >"$tmp/out/report"
	) 2>"$tmp/err" || status=$?
	cat "$tmp/err"
	[ "$status" -eq 1 ]
	grep -q '^tcpwhy: .*File too large' "$tmp/err"
}
