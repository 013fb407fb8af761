#!/bin/sh
# tcp_stream is Wireshark's number: each connection of every sample, and of
# every capture in ../shared/captures that tcpwhy can read, has the first packet
# and the ports of tshark's stream of that number.
# Prints TAP.
#
#   tests/checks/streams.sh          test
#   tests/checks/streams.sh --live   ask the tshark installed here about all
#   tests/checks/streams.sh --bless  write tests/golden/streams.wireshark anew
#
# Starting tshark takes a second a capture, so what it says of the samples is
# kept in tests/golden/streams.wireshark, and of other captures in the build folder;
# it is asked about those alone that are not there or have changed since.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
tap_begin
golden=tests/golden/streams.wireshark
mode=${1:-}
known=$work/known
[ "$mode" = --live ] || known=$B/tests/streams
mkdir -p "$known"
export B work known TZ=UTC LC_ALL=C.UTF-8

# Both as "stream start port port". The columns wanted here hold no comma.
cat >"$work/ours.awk" <<'AWK'
BEGIN { FS = "," }
NR > 1 {
	gsub(/"/, "")
	print $2, $3, ($6 + 0 < $8 + 0 ? $6 " " $8 : $8 " " $6)
}
AWK
# A packet in a tunnel, or quoted by ICMP, has several values: the innermost
# TCP is the last. Quoted ones are not shown (display filter). Times are ISO
# 8601 in later versions.
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
	*/half-open-recovered.pcap | */port-reuse-same-isn.pcap | \
		*/windows-refused.pcap)
		[ "$later" ] || return 1
		echo "later Wiresharks begin a stream at a SYN after a RST"
		;;
	*/stray-syn.pcap) echo "a SYN that changes nothing begins nothing" ;;
	*) return 1 ;;
	esac
}

# Wireshark 4.0 holds a SYN that repeats after a RST for the same stream, as
# tcpwhy does; 4.4 begins another.
later=
[ "$mode" = --live ] && later=$(tshark --version 2>/dev/null |
	sed -n '1s/^TShark (Wireshark) \([4-9]\.[1-9]\|[5-9]\).*/yes/p')

# "NAME CHECKSUM" in the golden, and below it a stream a line: a file each.
if [ "$mode" != --live ] && [ -e "$golden" ]; then
	awk -v folder="$known" '
		/^[^ ]/ { close(file); file = folder "/" $2; printf "" >file; next }
		{ sub(/^ +/, ""); print >file }' "$golden"
fi

# One capture: into $work/NAME.{ours,theirs,status}. No .theirs: no tshark.
cat >"$work/one" <<'SH'
name=$(printf %s "$1" | tr / _)
"$B/tcpwhy" --csv "$1" 2>/dev/null >"$work/$name.csv"
echo $? >"$work/$name.status"
awk -f "$work/ours.awk" "$work/$name.csv" | sort >"$work/$name.ours"
answer=$known/$(cksum <"$1" | tr ' ' -)
[ -e "$answer" ] || {
	command -v tshark >/dev/null || exit 0
	tshark -n -r "$1" -t ud -Y 'tcp.stream && !icmp && !icmpv6' -T fields \
		-e tcp.stream -e _ws.col.Time -e tcp.srcport -e tcp.dstport \
		2>/dev/null | awk -f "$work/theirs.awk" | sort >"$answer.$$"
	mv "$answer.$$" "$answer"
}
cp "$answer" "$work/$name.theirs"
SH

for capture in samples/*.pcap ../shared/captures/core/* \
	../shared/captures/robust/*; do
	[ -e "$capture" ] && printf '%s\n' "$capture"
done >"$work/list"
[ "$mode" = --bless ] && ls samples/*.pcap >"$work/list"
xargs -P "$(nproc)" -n 1 sh "$work/one" <"$work/list"

if [ "$mode" = --bless ]; then
	while read -r capture; do
		name=$(printf %s "$capture" | tr / _)
		[ -e "$work/$name.theirs" ] || {
			echo "not blessed: $capture, no tshark" >&2
			exit 1
		}
		echo "$capture $(cksum <"$capture" | tr ' ' -)"
		sed 's/^/    /' "$work/$name.theirs"
	done <"$work/list" >"$work/golden" || exit
	cmp -s "$work/golden" "$golden" || cp "$work/golden" "$golden"
	exit
fi

[ -d ../shared/captures ] ||
	tap_skip "captures of other projects" "no ../shared/captures"
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
	if ! [ -e "$work/$name.theirs" ]; then
		tap_skip "tcp_stream of $capture" "no tshark to ask"
		continue
	fi
	diff "$work/$name.theirs" "$work/$name.ours" >"$work/diff"
	tap_case "tcp_stream of $capture" $? "$work/diff"
done <"$work/list"
tap_end
