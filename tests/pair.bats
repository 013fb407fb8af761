#!/usr/bin/env bats
# --client and --server: what two captures of the same traffic prove. The
# server's capture is made from a sample: its clock set apart, frames that
# never were at that end taken out.

setup() {
	tcpwhy=${B:-build}/tcpwhy
	cd "$BATS_TEST_DIRNAME/.."
	tmp=$BATS_TEST_TMPDIR
	command -v editcap >/dev/null || skip "no editcap"
}

refute() {
	if "$@"; then
		echo "should have failed: $*"
		return 1
	fi
}

# The server's capture of a sample: SECONDS apart, without FRAMES.
server() { # SAMPLE SECONDS [FRAME...]
	sample=samples/$1.pcap
	apart=$2
	shift 2
	editcap -F pcap -t "$apart" "$sample" "$tmp/server.pcap" "$@"
}

both() {
	"$tcpwhy" --client "$sample" --server "$tmp/server.pcap" "$@" \
		>"$tmp/out"
}

column() { # NUMBER: of the only row
	"$tcpwhy" --csv --client "$sample" --server "$tmp/server.pcap" |
		tail -n 1 | cut -d, -f"$1"
}

@test "a RST that one end never sent is forged: certain, with both frames" {
	command -v tshark >/dev/null || skip "no tshark"
	for apart in 0 2.5 -7200; do
		# The RST of a linger-zero sample, as if somebody had forged it.
		frames=$(tshark -r samples/linger-zero-after-reply.pcap \
			-Y tcp.flags.reset==1 -T fields -e frame.number)
		# Life goes on at the server, so that its capture is not over.
		editcap -F pcap -t 1 samples/orderly-close.pcap "$tmp/more.pcap"
		# shellcheck disable=SC2086
		server linger-zero-after-reply "$apart" $frames
		mergecap -F pcap -w "$tmp/long.pcap" "$tmp/server.pcap" \
			"$tmp/more.pcap"
		cp "$sample" "$tmp/client.pcap"
		editcap -F pcap -t "$apart" "$tmp/long.pcap" "$tmp/x.pcap"
		mergecap -F pcap -w "$tmp/client-long.pcap" "$sample" \
			"$tmp/more.pcap"
		editcap -F pcap -t "$apart" "$tmp/more.pcap" "$tmp/more2.pcap"
		mergecap -F pcap -w "$tmp/server-long.pcap" "$tmp/server.pcap" \
			"$tmp/more2.pcap"
		"$tcpwhy" --json --client "$tmp/client-long.pcap" \
			--server "$tmp/server-long.pcap" |
			grep '"verdict":"reset_' >"$tmp/out"
		cat "$tmp/out"
		grep -q '"verdict":"reset_injected","confidence":"certain","also_possible":\[\]' "$tmp/out"
		grep -q '"reset_by":"middlebox"' "$tmp/out"
		grep -q '"frames":\["1:[0-9]*","2:[0-9]*"\],"rule":"rst_never_sent","role":"why"' "$tmp/out"
	done
}
