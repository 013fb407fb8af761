#!/bin/sh
# tcp_stream is Wireshark's number: each connection of every sample, and of
# every capture in ../shared/captures that tcpwhy can read, has the first packet
# and the ports of tshark's stream of that number.
# Prints TAP.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
B=${B:-build}
[ -x "$B/tcpwhy" ] || {
	echo "Bail out! no $B/tcpwhy"
	exit 1
}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export B work TZ=UTC LC_ALL=C.UTF-8

if ! command -v tshark >/dev/null; then
	tap_skip "tcp_stream is Wireshark's" "no tshark"
	tap_end
	exit
fi

# Both as "stream start port port". The columns wanted here hold no comma.
cat >"$work/ours.awk" <<'AWK'
BEGIN { FS = "," }
NR > 1 {
	gsub(/"/, "")
	print $2, $3, ($6 + 0 < $8 + 0 ? $6 " " $8 : $8 " " $6)
}
AWK
# A packet in a tunnel, or quoted by ICMP, has several values: the innermost
# TCP is the last. Quoted ones are not shown (display filter).
cat >"$work/theirs.awk" <<'AWK'
BEGIN { FS = "\t" }
function last(list,    part, n) {
	n = split(list, part, ",")
	return part[n]
}
{
	stream = last($1)
	if (stream == "" || stream in seen)
		next
	seen[stream] = 1
	a = last($3) + 0
	b = last($4) + 0
	sub(/ /, "T", $2)
	print stream, substr($2, 1, 26) "Z", (a < b ? a " " b : b " " a)
}
AWK

# What tshark calls a stream and tcpwhy, for a reason, does not.
reason_to_differ() {
	case $1 in
	*__tcp-malformed.pcap) echo "its TCP headers contradict themselves" ;;
	*__frag-ppp-ip-tcp-syn.pcap) echo "its first fragment is half a header" ;;
	*__sflow_expanded.pcap) echo "a sample inside sFlow is no traffic" ;;
	*) return 1 ;;
	esac
}

# One capture: into $work/NAME.{ours,theirs,status}. Starting tshark takes most
# of the time, so the build folder keeps what it said about each capture.
mkdir -p "$B/tests/streams"
cat >"$work/one" <<'SH'
name=$(printf %s "$1" | tr / _)
"$B/tcpwhy" --csv "$1" 2>/dev/null >"$work/$name.csv"
echo $? >"$work/$name.status"
awk -f "$work/ours.awk" "$work/$name.csv" | sort >"$work/$name.ours"
known=$B/tests/streams/$(cksum <"$1" | tr ' ' -)
[ -e "$known" ] || {
	tshark -n -r "$1" -t ud -Y 'tcp.stream && !icmp && !icmpv6' -T fields \
		-e tcp.stream -e _ws.col.Time -e tcp.srcport -e tcp.dstport \
		2>/dev/null | awk -f "$work/theirs.awk" | sort >"$known.$$"
	mv "$known.$$" "$known"
}
cp "$known" "$work/$name.theirs"
SH

for capture in samples/*.pcap ../shared/captures/core/* \
	../shared/captures/robust/*; do
	[ -e "$capture" ] && printf '%s\n' "$capture"
done >"$work/list"
[ -d ../shared/captures ] ||
	tap_skip "captures of other projects" "no ../shared/captures"
xargs -P 2 -n 1 sh "$work/one" <"$work/list"

while read -r capture; do
	name=$(printf %s "$capture" | tr / _)
	if [ "$(cat "$work/$name.status")" -eq 3 ]; then
		tap_skip "tcp_stream of $capture" "tcpwhy can't read it"
		continue
	fi
	if reason=$(reason_to_differ "$capture"); then
		tap_skip "tcp_stream of $capture" "$reason"
		continue
	fi
	diff "$work/$name.theirs" "$work/$name.ours" >"$work/diff"
	tap_case "tcp_stream of $capture" $? "$work/diff"
done <"$work/list"
tap_end
