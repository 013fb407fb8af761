#!/usr/bin/env bats
# --client and --server: what two captures of the same traffic prove. Both are
# made from samples: the server's clock set apart, frames that never were at
# one end taken out there.

load refute

setup() {
	tcpwhy=${B:-build}/tcpwhy
	cd "$BATS_TEST_DIRNAME/../.."
	tmp=$BATS_TEST_TMPDIR
	command -v editcap >/dev/null && command -v mergecap >/dev/null ||
		skip "no editcap"
	# Other traffic goes on, so that neither capture ends with the sample.
	editcap -F pcap -t 1 samples/orderly-close.pcap "$tmp/more.pcap"
}

# One end's capture of a sample: SECONDS apart, without these FRAMES.
end() { # client|server SAMPLE SECONDS [FRAME...]
	name=$1 from=samples/$2.pcap apart=$3
	shift 3
	editcap -F pcap "$from" "$tmp/x.pcap" "$@"
	mergecap -F pcap -w "$tmp/y.pcap" "$tmp/x.pcap" "$tmp/more.pcap"
	editcap -F pcap -t "$apart" "$tmp/y.pcap" "$tmp/$name.pcap"
}

both() {
	"$tcpwhy" --client "$tmp/client.pcap" --server "$tmp/server.pcap" "$@"
}

@test "a RST that one end never sent is forged: certain, with both frames" {
	for clock in 2.5 -7200; do
		end client reset-injected-faster-than-the-path 0
		end server reset-injected-faster-than-the-path $clock 5
		both --json >"$tmp/json"
		grep '"server_port":8122' "$tmp/json" >"$tmp/out"
		cat "$tmp/out"
		grep -q '"verdict":"reset_injected","confidence":"certain","also_possible":\[\],"closed_first":null,"reset_by":"middlebox"' "$tmp/out"
		grep -q '{"frames":\["1:5","2:5"\],"rule":"rst_never_sent","role":"why"' "$tmp/out"
	done
}

# One that fits its sender in all, in a capture too short to show what it loses.
@test "a lone RST that is missing may have been lost by the capture: likely" {
	end client linger-zero-after-reply 0
	end server linger-zero-after-reply 2.5 8
	both --json >"$tmp/json"
	grep '"server_port":8088' "$tmp/json" >"$tmp/out"
	cat "$tmp/out"
	grep -q '"verdict":"reset_injected","confidence":"likely","also_possible":\[{"verdict":"reset_linger_zero"' "$tmp/out"
	grep -q '"reset_by":"middlebox"' "$tmp/out"
	grep -q '{"frames":\["1:8","2:6"\],"rule":"rst_never_sent","role":"why"' "$tmp/out"
	# The server's program is told from its own end: no RST there.
	grep -q '"server_recv":"blocks","server_send":"ok"' "$tmp/out"
}

@test "a RST forged in the client's name reaches the server alone" {
	end client linger-zero-health-check 3 4
	end server linger-zero-health-check 0
	tcpdump -nr samples/linger-zero-health-check.pcap 2>/dev/null |
		sed -n 4p | grep -q 'Flags \[R' || skip "another sample now"
	both --csv | sed -n 2p >"$tmp/out"
	cat "$tmp/out"
	grep -q ',reset_injected,likely,reset_linger_zero,,middlebox,' "$tmp/out"
}

@test "what another connection lacks says that the capture loses packets" {
	editcap -F pcap samples/linger-zero-after-reply.pcap "$tmp/whole.pcap"
	editcap -F pcap samples/linger-zero-after-reply.pcap "$tmp/holes.pcap" 6
	for end in client server; do
		more=whole
		[ $end = server ] && more=holes
		mergecap -F pcap -w "$tmp/$end.pcap" "$tmp/$more.pcap" \
			samples/reset-injected-faster-than-the-path.pcap "$tmp/more.pcap"
	done
	rst=$(tcpdump -# -nr "$tmp/server.pcap" 2>/dev/null |
		awk '/8122 > .*Flags \[R/ { print $1; exit }')
	editcap -F pcap "$tmp/server.pcap" "$tmp/x.pcap" "$rst"
	editcap -F pcap -t 2.5 "$tmp/x.pcap" "$tmp/server.pcap"
	both --json | grep '"server_port":8122' >"$tmp/out"
	cat "$tmp/out"
	refute grep '"confidence":"certain"' "$tmp/out"
	grep -q '"rule":"rst_not_captured","role":"limit"' "$tmp/out"
	both --text | grep -q 'the capture at the server lacks 1 packet that passed there'
}

@test "captures that can't be of two ends are refused: status 2" {
	end client linger-zero-after-reply 0
	end server linger-zero-after-reply 2.5 8
	# Twice the same, other hosts.
	for other in "$tmp/client.pcap" samples/broken-pipe.pcap; do
		status=0
		"$tcpwhy" --csv --client "$tmp/client.pcap" --server "$other" \
			>"$tmp/out" 2>"$tmp/err" || status=$?
		cat "$tmp/err"
		[ "$status" -eq 2 ] && refute test -s "$tmp/out"
	done
	"$tcpwhy" --client "$tmp/client.pcap" --server "$tmp/client.pcap" 2>&1 |
		grep -q 'are one capture'
	"$tcpwhy" --client "$tmp/client.pcap" --server samples/broken-pipe.pcap 2>&1 |
		grep -q 'no packet is in both captures'
	lab=samples/lab/corpus
	"$tcpwhy" --client $lab/server.pcap --server $lab/client.pcap 2>&1 |
		grep -q 'are swapped'
}

@test "two captures of one place prove nothing of each other" {
	end client linger-zero-after-reply 0
	end server linger-zero-after-reply 0 8
	both --text >"$tmp/out"
	cat "$tmp/out"
	grep -q 'each packet has the same time in both' "$tmp/out"
	refute grep 'forged RST' "$tmp/out"
}

@test "a RST that came when the other capture had ended was not checked" {
	end client linger-zero-after-reply 0
	editcap -F pcap -t 2.5 samples/linger-zero-after-reply.pcap "$tmp/x.pcap"
	editcap -F pcap -r "$tmp/x.pcap" "$tmp/server.pcap" 1-7
	both --json | grep '"server_port":8088' >"$tmp/out"
	grep -q '"rule":"rst_not_checked","role":"limit"' "$tmp/out"
	both --text | grep -q 'not checked: 1 RST'
}

@test "a RST that its end sent is nobody else's" {
	end client linger-zero-after-reply 0
	end server linger-zero-after-reply 2.5
	both --json | grep '"server_port":8088' >"$tmp/out"
	grep -q '"verdict":"reset_linger_zero"' "$tmp/out"
	grep -q '"rule":"rst_was_sent","role":"not"' "$tmp/out"
	grep -q '"reset_by":"server"' "$tmp/out"
}

@test "what looked forged was not if its end sent it" {
	sample=reset-injected-faster-than-the-path
	end client $sample 0
	end server $sample 2.5
	"$tcpwhy" --csv "$tmp/client.pcap" | grep -q ',reset_injected,'
	both --csv >"$tmp/out"
	refute grep ',reset_injected,' "$tmp/out"
}

@test "a capture that lacks what arrived proves nothing" {
	end client linger-zero-after-reply 0
	end server linger-zero-after-reply 2.5 6 8
	both --json | grep '"server_port":8088' >"$tmp/out"
	refute grep '"verdict":"reset_injected"' "$tmp/out"
	grep -q '"rule":"capture_incomplete","role":"limit"' "$tmp/out"
}

@test "a capture that had not begun or had ended proves nothing" {
	end client linger-zero-after-reply 0
	editcap -F pcap -r samples/linger-zero-after-reply.pcap \
		"$tmp/server.pcap" 1-7
	both --json | grep '"server_port":8088' >"$tmp/out"
	refute grep '"verdict":"reset_injected"' "$tmp/out"
}

@test "the clocks' difference is measured" {
	end client linger-zero-after-reply 0
	end server linger-zero-after-reply 2.5
	both --text >"$tmp/out"
	grep -q "clocks: the server's capture is 2.500000 s ahead of the client's" "$tmp/out"
	end server linger-zero-after-reply -0.25
	both --text | grep -q "is 0.250000 s behind the client's"
}

@test "a packet that never arrived is named" {
	end client linger-zero-after-reply 0
	end server linger-zero-after-reply 2.5 4 5
	both --json | grep '"server_port":8088' >"$tmp/out"
	both --text >"$tmp/text"
	grep -q '"frames":\["1:4"\],"rule":"lost_on_the_way"' "$tmp/out" ||
		grep -q 'lost: 0 of' "$tmp/text" # acknowledged: the capture's loss
}

@test "SYNs that don't reach a server which others reach: dropped on the way" {
	end client connect-timeout 0
	end server connect-timeout 0 1-99
	both --json | grep '"verdict":"connect_timeout"' >"$tmp/out"
	[ -s "$tmp/out" ]
	refute grep never_arrived "$tmp/out" # nothing else of that service there
}

@test "two captures: every format" {
	end client linger-zero-after-reply 0
	end server linger-zero-after-reply 2.5 8
	both --text >"$tmp/out"
	grep -q '^Both ends: 2 connections in both captures' "$tmp/out"
	grep -q 'frames 1:8, 2:6 *this RST reached the client' "$tmp/out"
	grep -q 'forged: 1 RST arrived' "$tmp/out"
	both --markdown | grep -q '^Both ends: 2 connections'
	both --csv | grep -q ',reset_injected,likely,'
	both --csv --where verdict=reset_injected | grep -q ',reset_injected,'
	both --text -n 1 | grep -q 'SYN'
}

@test "wrong use of two captures: status 2" {
	for wrong in "--client samples/broken-pipe.pcap" \
		"--server samples/broken-pipe.pcap" \
		"--client samples/broken-pipe.pcap --server samples/broken-pipe.pcap samples/broken-pipe.pcap"; do
		status=0
		# shellcheck disable=SC2086
		"$tcpwhy" $wrong >"$tmp/out" 2>"$tmp/err" </dev/null || status=$?
		[ "$status" -eq 2 ]
		grep -q 'two captures' "$tmp/err"
	done
}

@test "one of the two can't be read: status 3" {
	status=0
	"$tcpwhy" --client samples/broken-pipe.pcap --server "$tmp/none" \
		2>"$tmp/err" || status=$?
	[ "$status" -eq 3 ]
}

# The lab's captures, where they are: each RST that was injected, and no other.
@test "the lab's injected connections are found, and only they" {
	lab=${LAB:-samples/lab/corpus}
	[ -e "$lab/client.pcap" ] && [ -e "$lab/server.pcap" ] &&
		[ -e "$lab/truth.csv" ] || skip "no two ends' captures"
	editcap -F pcap -t 3.7 "$lab/server.pcap" "$tmp/server.pcap"
	"$tcpwhy" --csv --client "$lab/client.pcap" --server "$tmp/server.pcap" |
		awk -F, '$13 == "reset_injected" { print $5 "," $6, $14 }' |
		sort -u >"$tmp/said"
	awk -F, '$13 == "reset_injected" { print $9 "," $10, "certain" }' \
		"$lab/truth.csv" | sort -u >"$tmp/true"
	diff "$tmp/true" "$tmp/said"
}

@test "connections are paired across address translation, by their numbers" {
	[ -x "${B:-build}/pktc" ] || skip "no pktc"
	sed 's/10\.0\.0\.5:59458/198.51.100.9:1024/; s/10\.0\.0\.9:8088/10.9.9.9:80/' \
		samples/linger-zero-after-reply.pkt >"$tmp/inside.pkt"
	"${B:-build}/pktc" "$tmp/inside.pkt" "$tmp/inside.pcap"
	refute cmp -s "$tmp/inside.pcap" samples/linger-zero-after-reply.pcap
	end client linger-zero-after-reply 0
	editcap -F pcap "$tmp/inside.pcap" "$tmp/x.pcap" 8
	mergecap -F pcap -w "$tmp/y.pcap" "$tmp/x.pcap" "$tmp/more.pcap"
	editcap -F pcap -t 2.5 "$tmp/y.pcap" "$tmp/server.pcap"
	both --text >"$tmp/out"
	cat "$tmp/out"
	grep -q 'Both ends: 2 connections in both captures, 1 of them through address translation' "$tmp/out"
	grep -q 'forged RST (likely)' "$tmp/out"
}

@test "a capture from the middle does not prove who sent a RST" {
	[ -x "${B:-build}/pktc" ] || skip "no pktc"
	sed 's/^\(server .* linux\).*/\1 ttl 60/' \
		samples/linger-zero-after-reply.pkt >"$tmp/far.pkt"
	"${B:-build}/pktc" "$tmp/far.pkt" "$tmp/far.pcap"
	mergecap -F pcap -w "$tmp/client.pcap" "$tmp/far.pcap" "$tmp/more.pcap"
	editcap -F pcap -t 2.5 "$tmp/client.pcap" "$tmp/server.pcap"
	both --json | grep '"server_port":8088' >"$tmp/out"
	grep -q '"rule":"rst_seen_twice","role":"note"' "$tmp/out"
	refute grep -q rst_was_sent "$tmp/out"
}

# The server's capture has other histories, in another order.
@test "--where asks for the histories that the columns show" {
	end client linger-zero-after-reply 0 8
	editcap -F pcap -t -1 samples/connect-refused.pcap "$tmp/first.pcap"
	mergecap -F pcap -w "$tmp/server.pcap" "$tmp/first.pcap" \
		samples/linger-zero-after-reply.pcap "$tmp/more.pcap"
	both --csv | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == "zeek_history") n = NF - i }
		NR > 1 { print $1, $(NF - n) }' >"$tmp/histories"
	cat "$tmp/histories"
	[ "$(wc -l <"$tmp/histories")" -ge 2 ]
	while read -r number history; do
		both --csv --where "zeek_history~$history" | cut -d, -f1 >"$tmp/out"
		grep -qx "$number" "$tmp/out"
		both --csv --where "connection=$number" | cut -d, -f1 >"$tmp/out"
		grep -qx "$number" "$tmp/out"
	done <"$tmp/histories"
}
