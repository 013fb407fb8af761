#!/usr/bin/env bats
# The program is in its sandbox while it reads packets: told by the kernel, in
# /proc/PID/status, of a process that waits for the rest of its input.
# What the sandbox keeps from decoders is in tests/unit/cli/test_sandbox.c.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	B=${B:-build}
	tmp=$(mktemp -d)
	sandbox=$("$B/tcpwhy" --version | sed -n 's/^sandbox: //p')
	pid=
}

teardown() {
	exec 9>&-
	[ -n "$pid" ] && wait "$pid"
	rm -rf "$tmp"
}

# Starts tcpwhy with these arguments on a pipe that has brought the first
# packets of a sample, through a filter (cat, gzip), and stays open.
begin() { # FILTER [ARGUMENT]...
	filter=$1
	shift
	mkfifo "$tmp/pipe"
	"$B/tcpwhy" "$@" "$tmp/pipe" >"$tmp/out" 2>"$tmp/err" 9>&- &
	pid=$!
	exec 9>"$tmp/pipe"
	$filter <samples/orderly-close.pcap >&9
}

# Waits until all threads have that line in their status.
all_threads() { # LINE
	for _ in $(seq 500); do
		grep -L "$1" "/proc/$pid"/task/*/status >"$tmp/without" || true
		[ -s "$tmp/without" ] || return 0
		sleep 0.02
	done
	grep -h "^Name\|Seccomp\|NoNewPrivs" "/proc/$pid"/task/*/status
	return 1
}

finish() { # the report is whole, all the same
	exec 9>&-
	wait "$pid"
	pid=
	grep -q orderly_close "${1:-$tmp/out}"
}

@test "--version says what is active" {
	[ -n "$sandbox" ]
}

@test "all threads are under the filter while packets are read" {
	case $sandbox in *seccomp*) ;; *) skip "no seccomp here" ;; esac
	begin cat -c
	all_threads '^Seccomp:.*2$'
	all_threads '^NoNewPrivs:.*1$'
	finish
}

@test "so is what reads a capture's headers, with a filter too that has no names" {
	case $sandbox in *seccomp*) ;; *) skip "no seccomp here" ;; esac
	begin true -c -f "tcp port 8088 or host 10.0.0.1 or tcp[13] & 4 != 0 or ip"
	all_threads '^Seccomp:.*2$'
	cat samples/orderly-close.pcap >&9
	finish
}

@test "names in a filter are looked up all the same" {
	grep -q "^http[[:space:]]" /etc/services || skip "no /etc/services"
	[ "$("$B/tcpwhy" -c -f "port http or port 8088" samples/linger-zero-after-reply.pcap | wc -l)" -eq 2 ]
}

@test "decompressors are, too" {
	case $sandbox in *seccomp*) ;; *) skip "no seccomp here" ;; esac
	begin 'gzip -c' -c
	all_threads '^Seccomp:.*2$'
	finish
}

@test "a report still gets its name" {
	case $sandbox in *seccomp*) ;; *) skip "no seccomp here" ;; esac
	echo old >"$tmp/report"
	begin cat -c -o "$tmp/report"
	all_threads '^Seccomp:.*2$'
	[ "$(cat "$tmp/report")" = old ]
	finish "$tmp/report"
	[ "$(find "$tmp" -name 'report*' | wc -l)" -eq 1 ]
}

@test "an interrupted report leaves nothing behind" {
	case $sandbox in *seccomp*) ;; *) skip "no seccomp here" ;; esac
	begin cat -c -o "$tmp/report"
	all_threads '^Seccomp:.*2$'
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	pid=
	[ "$status" -eq 143 ]
	[ -z "$(find "$tmp" -name 'report*')" ]
}
