#!/usr/bin/env bats
# --with: what a host's kernel recorded settles what the packets leave open. The
# capture and its records in samples/lab/records are of one run between two
# namespaces; records.sh there says what was done on which port.

load refute

setup() {
	tcpwhy=${B:-build}/tcpwhy
	cd "$BATS_TEST_DIRNAME/../.."
	tmp=$BATS_TEST_TMPDIR
	from=samples/lab/records
	cap=$from/capture.pcap
}

# What each port's connection came to: "9001 reset_unread_data certain".
verdicts() {
	"$tcpwhy" --csv "$@" 2>"$tmp/err" |
		awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
			{ print $at["server_port"], $at["verdict"],
				$at["confidence"] }'
}

@test "a kernel trace makes certain what the packets leave open" {
	verdicts $cap >"$tmp/alone"
	verdicts --with $from/trace.txt $cap >"$tmp/with"
	cat "$tmp/alone" "$tmp/with" "$tmp/err"
	grep -q '^9001 reset_linger_zero possible' "$tmp/alone"
	for line in '9001 reset_unread_data certain' \
		'9002 reset_linger_zero likely' \
		'9003 reset_unread_data certain' \
		'9004 reset_linger_zero possible' \
		'9005 reset_listener_closed certain' \
		'9006 reset_data_after_fin certain' \
		'9007 reset_unread_data certain' \
		'9008 orderly_close certain' '9999 connect_refused certain'; do
		grep -qx "$line" "$tmp/with"
	done
	grep -q 'trace.txt: 16 of 16 records joined .* settled 6$' "$tmp/err"
}

@test "the evidence names the record's file and line, and the line is that one" {
	"$tcpwhy" -t -w port=9001 --with $from/trace.txt $cap >"$tmp/out"
	cat "$tmp/out"
	line=$(grep -o 'trace.txt:[0-9]*: the server' "$tmp/out" | head -1 |
		tr -dc '0-9')
	sed -n "${line}p" $from/trace.txt | grep -q 'tcp_send_reset.*:9001 .*TCP_ABORT_ON_CLOSE'
	refute grep -q 'could also be' "$tmp/out"
	"$tcpwhy" -j -w port=9001 --with $from/trace.txt $cap |
		grep -q '"rule":"kernel_reason","role":"why","sentence":"[^"]*trace.txt:[0-9]*: '
}

@test "perf script tells the same; without tcp_destroy_sock a close stays open" {
	verdicts --with $from/perf.txt $cap >"$tmp/with"
	cat "$tmp/with"
	grep -qx '9001 reset_unread_data certain' "$tmp/with"
	# connect() with AF_UNSPEC is not excluded, nor a close after the
	# listener's.
	grep -qx '9002 reset_linger_zero possible' "$tmp/with"
	grep '^9005' "$tmp/with"
	refute grep -q '^9005 .* certain' "$tmp/with"
}

@test "compressed, from standard input, behind other lines: read all the same" {
	{ seq 100 && cat $from/trace.txt; } | gzip |
		"$tcpwhy" -c --with - $cap >"$tmp/out" 2>"$tmp/err"
	cat "$tmp/err"
	grep -q 'reset_unread_data,certain' "$tmp/out"
	grep -q -e '-: 16 of 16 records joined' "$tmp/err"
}

@test "records of other ports, addresses or times are not joined" {
	verdicts $cap >"$tmp/alone"
	sed 's/:9\([0-9][0-9][0-9]\) /:8\1 /g; s/port=9/port=8/g' $from/trace.txt >"$tmp/ports"
	sed 's/10\.77\./10.78./g' $from/trace.txt >"$tmp/hosts"
	# Each record at some other time: no offset fits two of them.
	awk '/tcp_(send|receive)_reset/ { sub(/1760[0-9]\./, 17000 + 97 * NR ".") } 1' \
		$from/trace.txt | grep -v 'tcpwhy wall' >"$tmp/times"
	for f in ports hosts times; do
		verdicts --with "$tmp/$f" $cap >"$tmp/with"
		cat "$tmp/err"
		cmp "$tmp/alone" "$tmp/with"
		grep -q ': 0 of 16 records joined' "$tmp/err"
	done
}

@test "a wall clock off by seconds is found out; a marker is not believed over records" {
	sed 's/wall=17960920/wall=17960927/' $from/trace.txt >"$tmp/late"
	verdicts --with "$tmp/late" $cap >"$tmp/with"
	cat "$tmp/err"
	grep -qx '9001 reset_unread_data certain' "$tmp/with"
}

@test "a single record whose clock nothing checks is no proof" {
	grep 'tcp_send_reset.*:9001 ' $from/trace.txt >"$tmp/one"
	verdicts --with "$tmp/one" $cap >"$tmp/with"
	cat "$tmp/err"
	grep -qx '9001 reset_unread_data likely' "$tmp/with"
	grep -q 'nothing is certain by it' "$tmp/err"
	# With a marker it is.
	grep 'tcp_send_reset.*:9001 \|tcpwhy wall' $from/trace.txt >"$tmp/one"
	verdicts --with "$tmp/one" $cap >"$tmp/with"
	grep -qx '9001 reset_unread_data certain' "$tmp/with"
	# One that is of another time is not even joined.
	sed -i 's/wall=17960920/wall=17960940/' "$tmp/one"
	verdicts --with "$tmp/one" $cap >"$tmp/with"
	grep -qx '9001 reset_linger_zero possible' "$tmp/with"
}

@test "a record that contradicts the packets is said and changes nothing" {
	sed '/:9006 /s/reason=TCP_ABORT_ON_DATA/reason=TCP_TIMEWAIT_SOCKET/
		/:9006 /s/reason=TCP_TIMEWAIT_SOCKET/reason=INVALID_SYN/' \
		$from/trace.txt >"$tmp/lie"
	"$tcpwhy" -t -w port=9006 --with "$tmp/lie" $cap >"$tmp/out"
	cat "$tmp/out"
	grep -q 'data after close (certain)' "$tmp/out"
	tr -s ' \n' ' ' <"$tmp/out" | grep -q 'contradicts what the packets show'
}

@test "records that contradict each other settle nothing" {
	sed 's/reason=TCP_ABORT_ON_CLOSE/reason=TCP_KEEPALIVE_TIMEOUT/' $from/trace.txt >"$tmp/lie"
	verdicts --with $from/trace.txt --with "$tmp/lie" $cap >"$tmp/with"
	cat "$tmp/with"
	grep -qx '9001 reset_linger_zero possible' "$tmp/with"
}

@test "a file cut anywhere gives no other certain verdict" {
	verdicts --with $from/trace.txt $cap >"$tmp/whole"
	size=$(wc -c <$from/trace.txt)
	for k in 1 2 3 4 5 6 7; do
		head -c $((size * k / 8)) $from/trace.txt >"$tmp/head"
		tail -c $((size * k / 8)) $from/trace.txt >"$tmp/tail"
		for f in head tail; do
			verdicts --with "$tmp/$f" $cap >"$tmp/with"
			grep ' certain$' "$tmp/with" >"$tmp/sure"
			refute grep -vxFf "$tmp/whole" "$tmp/sure"
		done
	done
}

@test "a listener that closed long before explains no later abort" {
	# Without the listener's own end in the trace, nothing says that the
	# sockets reset since were in its queue.
	grep -v 'tcp_destroy_sock.*daddr=0.0.0.0' $from/trace.txt >"$tmp/cut"
	verdicts --with "$tmp/cut" $cap >"$tmp/with"
	refute grep -q '^9005 .* certain' "$tmp/with"
}

@test "where the trace lost events, what is not in it was not excluded" {
	{ echo 'CPU:1 [LOST 12 EVENTS]' && cat $from/trace.txt; } >"$tmp/lost"
	verdicts --with "$tmp/lost" $cap >"$tmp/with"
	grep -qx '9001 reset_unread_data certain' "$tmp/with"
	grep -qx '9002 reset_linger_zero possible' "$tmp/with"
}

@test "SIDE= says whose records they are" {
	verdicts --with server=$from/trace.txt $cap >"$tmp/with"
	grep -qx '9001 reset_unread_data certain' "$tmp/with"
	verdicts --with 10.77.0.2=$from/trace.txt $cap >"$tmp/with"
	grep -qx '9001 reset_unread_data certain' "$tmp/with"
	for other in client 10.77.0.1; do
		verdicts --with $other=$from/trace.txt $cap >"$tmp/with"
		grep -qx '9001 reset_linger_zero possible' "$tmp/with"
	done
}

@test "before Linux 6.10 a trace tells that the host sent it, not why" {
	sed 's/ reason=[A-Z_]*$//' $from/trace.txt >"$tmp/old"
	verdicts --with "$tmp/old" $cap >"$tmp/with"
	cat "$tmp/with"
	grep -qx '9001 reset_linger_zero possible' "$tmp/with"
	grep -q '16 of 16 records joined' "$tmp/err"
}

@test "--anonymize names no file of records, which may hold an address" {
	cp $from/trace.txt "$tmp/10.77.0.2.txt"
	"$tcpwhy" -t --anonymize --with "$tmp/10.77.0.2.txt" $cap >"$tmp/out" 2>"$tmp/err"
	refute grep -q '10\.77\.0' "$tmp/out"
	grep -q 'records 1:[0-9]*: ' "$tmp/out"
}

@test "what is no record, or no file, is said" {
	run "$tcpwhy" -s --with README.md $cap
	[ "$status" = 0 ]
	[[ $output == *"no line of a kind that --with knows"* ]]
	run "$tcpwhy" -s --with "$tmp/none" $cap
	[ "$status" = 3 ]
	run "$tcpwhy" --with $from/trace.txt --client $cap --server $cap
	[ "$status" = 2 ]
}

@test "tcpwhy record prints commands that a shell understands" {
	"$tcpwhy" record >"$tmp/out"
	grep -q 'tcp/tcp_send_reset' "$tmp/out"
	grep -v '^kubectl' "$tmp/out" | sh -n
	[ "$(awk 'length > 80' "$tmp/out" | wc -l)" = 0 ]
}

# calls.pcap and calls.txt are of one run of calls.py, by calls.sh.
calls() { # FILE OF strace
	verdicts --with "$1" $from/calls.pcap >"$tmp/with"
	cat "$tmp/with" "$tmp/err"
}

@test "strace tells an abort from a close with bytes unread" {
	verdicts $from/calls.pcap >"$tmp/alone"
	[ "$(grep -c possible "$tmp/alone")" -eq 6 ]
	calls $from/calls.txt
	for line in '9101 reset_linger_zero certain' \
		'9102 reset_unread_data likely' \
		'9103 reset_unread_data certain' \
		'9104 orderly_close certain' \
		'9105 reset_linger_zero certain' \
		'9106 reset_unread_data certain' \
		'9107 reset_linger_zero certain'; do
		grep -qx "$line" "$tmp/with"
	done
	"$tcpwhy" -t -w port=9101 --with $from/calls.txt $from/calls.pcap >"$tmp/out"
	line=$(grep -o 'calls.txt:[0-9]*: the server' "$tmp/out" | head -1 | tr -dc '0-9')
	sed -n "${line}p" $from/calls.txt | grep -q 'close(.*:9101->'
}

@test "... with times since 1970, with [pid N], and in another zone" {
	start=$("$tcpwhy" --csv --fields start_time $from/calls.pcap | sed -n 2p)
	midnight=$(date -u -d "${start%T*}" +%s)
	awk -v midnight="$midnight" '{
		split($2, t, ":")
		$2 = sprintf("%.6f", midnight + t[1] * 3600 + t[2] * 60 + t[3])
		print }' $from/calls.txt >"$tmp/epoch.txt"
	sed 's/^\([0-9]*\) */[pid \1] /' $from/calls.txt >"$tmp/pid.txt"
	awk '{ split($2, t, ":"); $2 = sprintf("%02d:%s:%s", (t[1] + 7) % 24, t[2], t[3]); print }' \
		$from/calls.txt >"$tmp/zone.txt"
	for file in epoch pid zone; do
		calls "$tmp/$file.txt"
		grep -qx '9101 reset_linger_zero certain' "$tmp/with"
		grep -qx '9103 reset_unread_data certain' "$tmp/with"
	done
}

@test "of another time, another run or cut short, strace settles nothing wrongly" {
	verdicts $from/calls.pcap >"$tmp/alone"
	awk '{ split($2, t, ":"); $2 = sprintf("%s:%02d:%s", t[1], (t[2] + 7) % 60, t[3]); print }' \
		$from/calls.txt >"$tmp/later.txt"
	# What was set before the trace began is not known.
	grep -v 'SO_LINGER\|listen(\|socket(' $from/calls.txt >"$tmp/late.txt"
	# Nor who else has a socket, where processes are not traced.
	grep -v 'SO_LINGER\|clone\|execve' $from/calls.txt >"$tmp/alone.txt"
	sed 's/127\.0\.0\.1/127.0.0.2/g' $from/calls.txt >"$tmp/other.txt"
	# Lines that somebody picked, without options.
	grep -v setsockopt $from/calls.txt >"$tmp/picked.txt"
	calls "$tmp/picked.txt"
	refute grep '910[1-357] reset_unread_data certain' "$tmp/with"
	for file in late other alone; do
		calls "$tmp/$file.txt"
		diff "$tmp/alone" "$tmp/with"
	done
	# A clock that is wrong is what all of them tell alike.
	calls "$tmp/later.txt"
	grep -qx '9101 reset_linger_zero certain' "$tmp/with"
	grep -qx '9103 reset_unread_data certain' "$tmp/with"
}

# A server that forks: its own close ends nothing, its child's does.
@test "a close by one of two processes that have the socket ends nothing" {
	verdicts --with $from/fork.txt $from/fork.pcap >"$tmp/with"
	cat "$tmp/with"
	grep -qx '9201 reset_linger_zero certain' "$tmp/with"
	grep -v 'clone\|execve\|SO_LINGER' $from/fork.txt >"$tmp/less.txt"
	verdicts --with "$tmp/less.txt" $from/fork.pcap >"$tmp/with"
	refute grep certain "$tmp/with"
}
