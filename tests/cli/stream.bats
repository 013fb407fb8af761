#!/usr/bin/env bats
# A pipe that stays open: rows come while it flows, in bounded memory.

load refute

setup() {
	cd "$BATS_TEST_DIRNAME/../.."
	tcpwhy=${B:-build}/tcpwhy
	tmp=$BATS_TEST_TMPDIR
	corpus=samples/lab/corpus/client.pcap
	mkfifo "$tmp/gate" "$tmp/rows"
}

teardown() {
	: <>"$tmp/gate" # lets go who still waits
}

# One connection that ends, then a SYN 12 s later, and a packet of no interest.
two_connections() {
	[ -x "${B:-build}/pktc" ] || skip "no pktc"
	cat >"$tmp/two.pkt" <<-'END'
		client 10.0.0.5:41114 linux
		server 10.0.0.9:8114 linux
		client 10.0.0.5:41115 linux
		server 10.0.0.9:8114 linux
		client 10.0.0.5:41116 linux
		server 10.0.0.9:9999 linux

		0          C S  1000 win 64240 <mss 1460,sackOK,TS,nop,wscale 7>
		+0.000349  S S. 5000 ack 1001 win 65160 <mss 1460,sackOK,TS,nop,wscale 7>
		+0.000325  C .  1 ack 1 win 502
		+0.009923  S F. 1 ack 1 win 509
		+0.009742  C F. 1 ack 2 win 502
		+0.000354  S .  2 ack 2 win 509
		12.0       C2 S  3000 win 64240 <mss 1460,sackOK,TS,nop,wscale 7>
		+0.000389  C3 S  4000 win 64240 <mss 1460,sackOK,TS,nop,wscale 7>
	END
	"${B:-build}/pktc" "$tmp/two.pkt" "$tmp/two.pcap"
}

# Feeds FILE (through FILTER...), then holds the pipe open until open_gate.
feed() {
	local file=$1
	shift
	{
		"${@:-cat}" <"$file"
		cat "$tmp/gate"
	} 3>&-
}

# Reads from the pipe "rows" into $row; fails if nothing comes in a while.
next_row() {
	read -r -t 20 row <&4
}

open_gate() {
	: >"$tmp/gate"
}

# Runs tcpwhy on a pipe that stays open behind FILE; reads of its rows: <&4.
flow() {
	local file=$1
	shift
	feed "$file" | timeout 60 "$tcpwhy" "$@" - >"$tmp/rows" 2>"$tmp/err" &
	exec 4<"$tmp/rows"
}

# All of CSV on standard input, rows in the order of first packets.
in_order() {
	local head

	IFS= read -r head
	echo "$head"
	sort -t , -n -k 1,1
}

@test "CSV: a row comes while the pipe stays open" {
	two_connections
	flow "$tmp/two.pcap" --csv
	next_row
	[ "${row%%,*}" = connection ]
	next_row
	[ "$row" = "$("$tcpwhy" --csv "$tmp/two.pcap" | sed -n 2p)" ]
	open_gate
	next_row
	[ "${row%%,*}" -eq 2 ]
	next_row
	[ "${row%%,*}" -eq 3 ]
	refute next_row
}

@test "JSON: the same" {
	two_connections
	flow "$tmp/two.pcap" --json
	next_row
	[[ $row == '{"record":"capture","schema_version":'*'"frames":null'* ]]
	next_row
	[ "$row" = "$("$tcpwhy" --json "$tmp/two.pcap" | sed -n 2p)" ]
	open_gate
	[ "$(wc -l <&4)" -eq 2 ]
}

@test "packets that a filter holds back hold no row back" {
	two_connections
	flow "$tmp/two.pcap" --csv --filter 'port 8114'
	next_row
	next_row
	[ "${row%%,*}" -eq 1 ]
	open_gate
	[ "$(wc -l <&4)" -eq 1 ]
}

@test "half a packet at the end holds no row back" {
	two_connections
	head -c -7 "$tmp/two.pcap" >"$tmp/half.pcap"
	flow "$tmp/half.pcap" --csv
	next_row
	next_row
	[ "${row%%,*}" -eq 1 ]
	tail -c 7 "$tmp/two.pcap" >"$tmp/gate"
	[ "$(wc -l <&4)" -eq 2 ]
}

@test "a compressed pipe and pcapng: a row comes while they stay open" {
	two_connections
	gzip -c "$tmp/two.pcap" >"$tmp/two.gz"
	flow "$tmp/two.gz" --csv
	next_row
	next_row
	[ "${row%%,*}" -eq 1 ]
	open_gate
	[ "$(wc -l <&4)" -eq 2 ]
	command -v editcap >/dev/null || skip "no editcap"
	editcap -F pcapng "$tmp/two.pcap" "$tmp/two.pcapng"
	flow "$tmp/two.pcapng" --csv
	next_row
	next_row
	[ "${row%%,*}" -eq 1 ]
	open_gate
	[ "$(wc -l <&4)" -eq 2 ]
}

@test "--where and --errno choose each row as it comes" {
	two_connections
	flow "$tmp/two.pcap" --csv --where 'connection=1 tcp_stream=0'
	next_row
	next_row
	[ "${row%%,*}" -eq 1 ]
	open_gate
	refute next_row
	flow "$tmp/two.pcap" --csv --errno ECONNRESET
	next_row
	open_gate
	refute next_row
}

@test "Ctrl-C: the rest is written, status 0" {
	two_connections
	feed "$tmp/two.pcap" | {
		# A shell lets its background ignore SIGINT.
		env --default-signal=INT sh -c \
			'echo $$ >"$0/pid"; exec "$@"' "$tmp" \
			"$tcpwhy" --csv - 2>"$tmp/err" >"$tmp/rows"
		echo $? >"$tmp/status"
	} &
	exec 4<"$tmp/rows"
	next_row
	next_row
	kill -INT "$(cat "$tmp/pid")"
	[ "$(wc -l <&4)" -eq 2 ]
	grep -q interrupted "$tmp/err"
	open_gate
	wait
	[ "$(cat "$tmp/status")" -eq 0 ]
}

@test "nobody reads on: status 1, soon" {
	${CC:-cc} -O1 -o "$tmp/generate" tests/bench/generate.c ||
		skip "no compiler"
	"$tmp/generate" short 500000 200 | {
		timeout 60 "$tcpwhy" --csv - || echo $? >"$tmp/status"
		wc -c >"$tmp/left"
	} | head -n 1
	[ "$(cat "$tmp/left")" -gt 200000000 ]
	[ "$(cat "$tmp/status")" -eq 1 ]
}

@test "every sample says through a pipe what it says as a file" {
	for capture in samples/*.pcap; do
		# What decides there only the whole capture tells.
		case $capture in
		*/reset-misrouted.pcap) continue ;;
		esac
		"$tcpwhy" --csv "$capture" >"$tmp/file" 2>/dev/null || continue
		cat "$capture" | "$tcpwhy" --csv - 2>/dev/null |
			in_order >"$tmp/pipe"
		cmp "$tmp/file" "$tmp/pipe"
	done
}

# Those of which a neighbour may tell something end by a RST, and lose some of
# their confidence; nothing else may differ.
@test "a thousand connections: only what neighbours tell is missing" {
	"$tcpwhy" --csv "$corpus" >"$tmp/file"
	cat "$corpus" | "$tcpwhy" --csv - >"$tmp/unordered"
	in_order <"$tmp/unordered" >"$tmp/pipe"
	refute cmp -s "$tmp/unordered" "$tmp/pipe"
	cut -d , -f 1-12 "$tmp/file" >"$tmp/a"
	cut -d , -f 1-12 "$tmp/pipe" | cmp "$tmp/a" -
	grep -v ',reset_\(unread\|linger\|listener\|idle\|stale\|unexpl\)[^,]*,' \
		"$tmp/file" >"$tmp/alone"
	[ "$(wc -l <"$tmp/alone")" -gt 400 ]
	grep -vxFf "$tmp/pipe" "$tmp/alone" >"$tmp/missing" || true
	refute [ -s "$tmp/missing" ]
	# What is certain is so either way.
	grep ',certain,' "$tmp/pipe" >"$tmp/certain"
	refute grep -vxFf "$tmp/file" "$tmp/certain"
}

@test "a file as standard input keeps the order of first packets" {
	"$tcpwhy" --csv "$corpus" >"$tmp/file"
	"$tcpwhy" --csv - <"$corpus" | cmp "$tmp/file" -
}

@test "anonymized rows replace an address by the same one throughout" {
	cat "$corpus" | "$tcpwhy" --csv --anonymize-key x - |
		in_order | cut -d , -f 5-8 >"$tmp/pipe"
	"$tcpwhy" --csv --anonymize-key x "$corpus" | cut -d , -f 5-8 |
		cmp "$tmp/pipe" -
}

# Peak memory in KiB of tcpwhy at work on N short connections.
peak() {
	feed <("$tmp/generate" short "$1" 200) | {
		sh -c 'echo $$ >"$0/pid"; exec "$@"' "$tmp" \
			"$tcpwhy" --csv - >"$tmp/rows"
	} &
	exec 4<"$tmp/rows"
	head -n $(($1 * 9 / 10)) <&4 >/dev/null
	awk '/^VmHWM/ { print $2 }' "/proc/$(cat "$tmp/pid")/status"
	cat <&4 >/dev/null &
	open_gate
	wait
}

@test "memory is bounded, however many connections come and go" {
	grep -q __asan_init "$tcpwhy" && skip "a sanitizer's memory"
	[ -r /proc/self/status ] || skip "no /proc"
	${CC:-cc} -O1 -o "$tmp/generate" tests/bench/generate.c ||
		skip "no compiler"
	one=$(peak 300000)
	two=$(peak 600000)
	echo "$one KiB, $two KiB"
	[ "$one" -lt 40000 ]
	[ "$two" -lt $((one + 4000)) ]
}

@test "how fast the pipe flows changes nothing" {
	cat "$corpus" | "$tcpwhy" --csv - >"$tmp/fast"
	size=$(wc -c <"$corpus")
	for ((i = 0; i < size; i += 9000)); do
		dd if="$corpus" bs=9000 skip=$((i / 9000)) count=1 2>/dev/null
	done | "$tcpwhy" --csv - | cmp "$tmp/fast" -
}
