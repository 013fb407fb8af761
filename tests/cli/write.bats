#!/usr/bin/env bats
# --write: the packets of what a report is about, as a capture that Wireshark
# and tcpwhy itself read.

load refute

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	tcpwhy=${B:-build}/tcpwhy
	tmp=$BATS_TEST_TMPDIR
	one=samples/keep-alive-race.pcap
}

rows() { # FILE...: what became of its connections
	"$tcpwhy" --csv --fields client_ip,client_port,start_time,end_time,client_packets,server_packets,verdict,confidence,also_possible,closed_first,reset_by,client_recv,client_send,server_recv,server_send "$@"
}

needs() {
	command -v "$1" >/dev/null || skip "no $1"
}

@test "a written capture is judged as the one that it comes from" {
	# But for these: the ports that an ICMP error lacks, the time that a capture
	# goes on for, and that servers answer others.
	for sample in samples/*.pcap; do
		case $sample in *icmpv6-quote-cut* | *user-timeout* | *connect-timeout*) continue ;; esac
		"$tcpwhy" --write "$tmp/out.pcapng" "$sample"
		diff <(rows "$sample") <(rows "$tmp/out.pcapng") ||
			{ echo "$sample"; return 1; }
	done
}

@test "only the packets of the connections that match" {
	"$tcpwhy" --csv --write "$tmp/some.pcapng" -w verdict=connect_refused \
		samples/connect-refused.pcap $one samples/orderly-close.pcap >"$tmp/csv"
	diff "$tmp/csv" <("$tcpwhy" --csv samples/connect-refused.pcap) |
		grep '^[<>]' | cut -d , -f 13 >"$tmp/verdicts"
	diff <(rows samples/connect-refused.pcap) <(rows "$tmp/some.pcapng")
}

@test "a connection that uses the addresses and ports of another stays apart" {
	"$tcpwhy" --csv samples/port-reuse.pcap >"$tmp/all"
	for n in $(tail -n +2 "$tmp/all" | cut -d , -f 1); do
		"$tcpwhy" --write "$tmp/$n.pcapng" -n "$n" samples/port-reuse.pcap
		[ "$(rows "$tmp/$n.pcapng" | wc -l)" -eq 2 ]
	done
}

@test "Wireshark shows the comments on the frames that decide" {
	needs tshark
	"$tcpwhy" --write "$tmp/out.pcapng" $one
	tshark -r "$tmp/out.pcapng" -T fields -e frame.comment >"$tmp/comments" 2>/dev/null
	grep -qx 'frame 1' "$tmp/comments"
	grep -q '^frame 9,tcpwhy: reset_data_after_fin (certain), 2 of 3: the server closed first' \
		"$tmp/comments"
	[ "$(grep -c tcpwhy: "$tmp/comments")" -eq 3 ]
}

@test "bytes, times and link types are as they were" {
	needs tshark
	for sample in $one samples/capture-on-any-device.pcap samples/file-nanoseconds.pcap \
		samples/file-big-endian.pcap; do
		"$tcpwhy" --write "$tmp/out.pcapng" "$sample"
		for file in "$sample" "$tmp/out.pcapng"; do
			tshark -r "$file" -Y tcp -T fields -e frame.time_epoch -e frame.len \
				-e frame.cap_len -e frame.encap_type -e tcp.seq_raw -e tcp.checksum \
				2>/dev/null
		done | sort | uniq -c | { refute grep -v '^ *2 '; }
	done
}

@test "the comments that a capture had are kept" {
	needs tshark
	"$tcpwhy" --write "$tmp/out.pcapng" samples/file-pcapng-comments.pcap
	tshark -r samples/file-pcapng-comments.pcap -T fields -e frame.comment 2>/dev/null |
		grep . | head -1 >"$tmp/comment"
	tshark -r "$tmp/out.pcapng" -T fields -e frame.comment 2>/dev/null |
		grep -qF "$(cat "$tmp/comment")"
}

@test "several files: each packet says where it was" {
	needs tshark
	"$tcpwhy" --write "$tmp/out.pcapng" $one samples/orderly-close.pcap
	tshark -r "$tmp/out.pcapng" -T fields -e frame.comment 2>/dev/null >"$tmp/comments"
	grep -q '^frame 1:1' "$tmp/comments"
	grep -q '^frame 2:1' "$tmp/comments"
}

@test "what can't be copied is refused, and nothing is written" {
	refuse() { # STATUS MESSAGE ARGUMENT...
		status=$1 message=$2
		shift 2
		run "$tcpwhy" "$@"
		[ "$status" -eq 2 ]
		[[ $output == *"$message"* ]]
		[ ! -e "$tmp/out.pcapng" ]
	}
	refuse 2 "as they are: not with --anonymize" --anonymize --write "$tmp/out.pcapng" $one
	refuse 2 "for one capture" --client $one --server samples/orderly-close.pcap \
		--write "$tmp/out.pcapng"
	cp $one "$tmp/in.pcap"
	run "$tcpwhy" --write "$tmp/in.pcap" "$tmp/in.pcap"
	[ "$status" -eq 2 ]
	cmp $one "$tmp/in.pcap"
	cat $one | {
		status=0
		"$tcpwhy" --write "$tmp/out.pcapng" - 2>"$tmp/err" || status=$?
		[ "$status" -eq 2 ]
	}
	grep -q "which a pipe can't give" "$tmp/err"
	[ ! -e "$tmp/out.pcapng" ]
}
