#!/usr/bin/env bats
# --where and --errno, in every format.

load refute

setup() {
	tcpwhy=${B:-build}/tcpwhy
	cd "$BATS_TEST_DIRNAME/../.."
	tmp=$BATS_TEST_TMPDIR
	files="samples/broken-pipe.pcap samples/connect-refused.pcap
		samples/orderly-close.pcap samples/ipv6-refused.pcap
		samples/connect-timeout.pcap samples/linger-zero-after-reply.pcap"
}

# The verdicts that CSV has with these options, one a line, sorted.
verdicts() {
	"$tcpwhy" --csv "$@" $files | tail -n +2 | cut -d, -f13 | sort
}

is() { # EXPECTED... : what verdicts wrote to $tmp/out
	printf '%s\n' "$@" >"$tmp/expected"
	diff "$tmp/expected" "$tmp/out"
}

@test "--where chooses by a field, several words all hold" {
	verdicts -w 'verdict=connect' >"$tmp/out"
	is connect_refused connect_refused connect_timeout
	verdicts --where 'verdict=connect ip=10.0.0.0/8 duration_s<1' >"$tmp/out"
	is connect_refused
	verdicts --where 'verdict=connect and not verdict=connect_refused' \
		>"$tmp/out"
	is connect_timeout
	verdicts --where 'start_time=2019-07-06' >"$tmp/out"
	is reset_data_after_fin
	verdicts --where 'bytes=0 duration_s=1m..2m' >"$tmp/out"
	is connect_timeout
	verdicts --where 'evidence~"kernel answers" client_bytes=0 port=5000' \
		>"$tmp/out"
	is reset_data_after_fin
}

@test "--where joins words with or, and, not and parentheses" {
	verdicts -w 'verdict=connect_timeout or port=5000' >"$tmp/out"
	is connect_timeout reset_data_after_fin
	verdicts -w '(verdict=connect or port=5000) and not ip=2001:db8::/32' \
		>"$tmp/out"
	is connect_refused connect_timeout reset_data_after_fin
	verdicts -w 'verdict in (connect_timeout, orderly_close)' >"$tmp/out"
	is connect_timeout orderly_close
	verdicts -w 'verdict ~ /_(close|timeout)$/' >"$tmp/out"
	is connect_timeout orderly_close
}

@test "--where knows the names of Wireshark and Zeek" {
	verdicts -w 'ip.addr == 2001:db8::/32 && tcp.port == 9' >"$tmp/out"
	is connect_refused
	verdicts -w 'conn_state == S0' >"$tmp/out"
	is connect_timeout
}

@test "repeated --where must all hold" {
	verdicts -w 'verdict=connect or port=5000' -w 'not verdict=connect_refused' \
		>"$tmp/out"
	is connect_timeout reset_data_after_fin
}

@test "a word that is no field is an error, not a search" {
	for wrong in 'broken' 'verdct' 'reset unknwon' 'port=80 or' '(port=80'; do
		status=0
		"$tcpwhy" --csv --where "$wrong" $files >"$tmp/out" \
			2>"$tmp/err" || status=$?
		[ "$status" -eq 2 ]
		refute [ -s "$tmp/out" ]
	done
	"$tcpwhy" -c -w broken $files 2>&1 | grep -q '; ~broken looks for it anywhere'
	verdicts -w '~timeout' >"$tmp/out"
	is connect_timeout
}

@test "--where keeps the connections' numbers, in every format" {
	number=$("$tcpwhy" --csv -w verdict=connect_timeout $files |
		tail -n 1 | cut -d, -f1)
	[ "$number" -gt 1 ]
	"$tcpwhy" --text -w verdict=connect_timeout $files >"$tmp/text"
	grep -q "^#$number " "$tmp/text"
	refute grep -q '^refused' "$tmp/text"
	"$tcpwhy" --markdown -w verdict=connect_timeout $files >"$tmp/markdown"
	grep -q "^### #$number " "$tmp/markdown"
	refute grep -qF '**refused**' "$tmp/markdown"
	"$tcpwhy" --json -w verdict=connect_timeout $files >"$tmp/json"
	[ "$(grep -c '"record":"connection"' "$tmp/json")" -eq 1 ]
	"$tcpwhy" --summary -w verdict=connect_timeout $files >"$tmp/summary"
	grep -q ' 1 of 6 connections' "$tmp/summary"
}

@test "--where shows a normal connection that was asked for" {
	"$tcpwhy" --text -w verdict=orderly_close $files | grep -q '^closed'
}

@test "an unknown word: status 2, the word and the nearest that is known" {
	for wrong in 'verdct=reset' 'verdict=reset_lingr' 'server_prt=1'; do
		status=0
		"$tcpwhy" --csv --where "$wrong" $files >"$tmp/out" \
			2>"$tmp/err" || status=$?
		cat "$tmp/err"
		[ "$status" -eq 2 ]
		refute [ -s "$tmp/out" ]
	done
	grep -q 'no field "server_prt"; the nearest is "server_port"' "$tmp/err"
}

@test "a wrong value: status 2" {
	for wrong in 'port=http' 'ip=10.0.0' 'duration_s>x' 'start_time=25:00'; do
		status=0
		"$tcpwhy" --where "$wrong" $files >/dev/null 2>&1 || status=$?
		[ "$status" -eq 2 ]
	done
}

@test "--fields names the columns, or a set of them" {
	"$tcpwhy" --csv --fields verdict,connection $files >"$tmp/out"
	[ "$(head -n 2 "$tmp/out")" = "$(printf 'verdict,connection\nreset_data_after_fin,1')" ]
	"$tcpwhy" --csv --fields zeek,verdict $files | head -n 1 |
		grep -q '^ts,id.orig_h,id.orig_p,.*,history,orig_pkts,resp_pkts,verdict$'
	"$tcpwhy" --json --fields ecs $files | head -n 1 |
		grep -q '^{"@timestamp":"2019-.*"source.ip":"10.10.121.101"'
	# All of a time stamp's digits survive JSON.
	"$tcpwhy" --json --fields ts $files | head -n 1 |
		grep -qx '{"ts":1562426128.838856}'
	for wrong in verdct verdict,verdict ''; do
		status=0
		"$tcpwhy" --csv --fields "$wrong" $files >"$tmp/out" 2>"$tmp/err" ||
			status=$?
		[ "$status" -eq 2 ]
		grep -q '^tcpwhy: --fields: ' "$tmp/err"
	done
	refute "$tcpwhy" --text --fields verdict $files
}

@test "--sort orders rows, --limit ends them" {
	"$tcpwhy" --csv --fields duration_s --sort duration_s:desc $files |
		tail -n +2 >"$tmp/out"
	sort -rn "$tmp/out" | diff - "$tmp/out"
	[ "$(sort -u "$tmp/out" | wc -l)" -gt 3 ]
	"$tcpwhy" --csv --fields client_ip --sort client_ip $files >"$tmp/out"
	[ "$(sed -n 2p "$tmp/out")" = 10.0.0.5 ]
	"$tcpwhy" --csv --sort connection:desc --limit 2 $files |
		cut -d, -f1 >"$tmp/out"
	is connection 6 5
	for wrong in verdct ip duration_s:down; do
		status=0
		"$tcpwhy" --csv --sort "$wrong" $files >/dev/null 2>&1 || status=$?
		[ "$status" -eq 2 ]
	done
	refute "$tcpwhy" --csv --limit 0 $files
}

@test "--fail-on: status 5 if any connection that was chosen matches" {
	status=0
	"$tcpwhy" --csv --fail-on 'verdict=connect_timeout' $files >"$tmp/out" ||
		status=$?
	[ "$status" -eq 5 ]
	[ "$(wc -l <"$tmp/out")" -eq 7 ]
	status=0
	cat samples/connect-timeout.pcap |
		"$tcpwhy" --csv --fail-on 'verdict=connect' - >/dev/null || status=$?
	[ "$status" -eq 5 ]
	"$tcpwhy" --csv --fail-on 'verdict=reset_stale_peer' $files >/dev/null
	"$tcpwhy" --csv -w verdict=orderly_close --fail-on 'verdict=connect' \
		$files >/dev/null
}

@test "several reports in one run, each in its place" {
	"$tcpwhy" -c -o "$tmp/a.csv" -j -o "$tmp/b.json" --html "$tmp/c.html" \
		-s $files >"$tmp/summary"
	"$tcpwhy" -c $files | diff - "$tmp/a.csv"
	"$tcpwhy" -j $files | diff - "$tmp/b.json"
	"$tcpwhy" -s $files | diff - "$tmp/summary"
	"$tcpwhy" --html - $files | diff - "$tmp/c.html"
	"$tcpwhy" -o "$tmp/first.csv" -c $files
	diff "$tmp/a.csv" "$tmp/first.csv"
	"$tcpwhy" -o "$tmp/text" --html "$tmp/d.html" $files
	"$tcpwhy" -t $files | diff - "$tmp/text"
}

@test "reports and options that contradict each other are refused" {
	for wrong in '-c -j' '-c -o /dev/null -o /dev/null' '-e EPIPE -e EOF' \
		'-n 1 -n 2' '-f tcp -f udp' "-c -o $tmp/x -j -o $tmp/x"; do
		status=0
		"$tcpwhy" $wrong $files >"$tmp/out" 2>"$tmp/err" || status=$?
		[ "$status" -eq 2 ]
		[ -s "$tmp/err" ]
		refute [ -s "$tmp/out" ]
		refute [ -e "$tmp/x" ]
	done
}

@test "--errno by name, text, Linux and Windows number" {
	for name in ECONNREFUSED econnrefused 'Connection refused' 111 10061 \
		WSAECONNREFUSED; do
		verdicts --errno "$name" >"$tmp/out"
		is connect_refused connect_refused
	done
	verdicts -e EPIPE >"$tmp/out"
	is reset_data_after_fin
	verdicts -e 'Connection reset by peer' >"$tmp/out"
	is reset_linger_zero
	verdicts -e 10054 >"$tmp/out"
	is reset_linger_zero
}

@test "--errno says on which side, and by which call, the error is seen" {
	"$tcpwhy" --text --errno EPIPE $files >"$tmp/out"
	grep -q "^  seen by the server's send in 1$" "$tmp/out"
	"$tcpwhy" --summary --errno ECONNREFUSED $files >"$tmp/out"
	grep -q "^  seen by the client's connect in 2$" "$tmp/out"
}

@test "an unknown error: status 2 and the nearest" {
	status=0
	"$tcpwhy" --errno ECONRESET $files >"$tmp/out" 2>"$tmp/err" || status=$?
	[ "$status" -eq 2 ]
	refute [ -s "$tmp/out" ]
	grep -q 'no error "ECONRESET"; the nearest is "ECONNRESET"' "$tmp/err"
}

@test "--where and --errno together: both hold" {
	verdicts --errno ECONNREFUSED --where ip=2001:db8::/32 >"$tmp/out"
	is connect_refused
}

@test "groups stand before the connections, harmless ones last" {
	"$tcpwhy" --text samples/listener-closed.pcap \
		samples/linger-zero-health-check.pcap >"$tmp/out"
	cat "$tmp/out" | head -20
	burst=$(grep -n '^  3 connections to 10.0.0.9:5432 ended within' "$tmp/out")
	check=$(grep -n "^  every one of 3 connections from 10.0.0.2 to 10.0.0.9:3306" "$tmp/out")
	[ "${burst%%:*}" -lt "${check%%:*}" ]
	[ "${check%%:*}" -lt "$(grep -n '^#' "$tmp/out" | head -n 1 | cut -d: -f1)" ]
	"$tcpwhy" --markdown samples/linger-zero-health-check.pcap |
		grep -q '^- every one of 3 connections .* harmless (\\#1, \\#2, \\#3)'
}

@test "a shared silence is one finding, with the timer that it resembles as a hint" {
	[ -x "${B:-build}/pktc" ] || skip "no pktc"
	sample=samples/idle-expired-shared-time
	sed 's/:5012/:5112/' $sample.pkt >"$tmp/others.pkt"
	"${B:-build}/pktc" "$tmp/others.pkt" "$tmp/others.pcap"
	"$tcpwhy" --text $sample.pcap "$tmp/others.pcap" | tr -s '\n ' ' ' \
		>"$tmp/out"
	grep -q '4 connections idle for 350\.3 .* s, then reset.*(a hint, no proof): AWS network load balancer' "$tmp/out"
}

@test "many ports of one host, tried by one client, are a port scan" {
	[ -x "${B:-build}/pktc" ] || skip "no pktc"
	{
		echo 'captured-at client'
		for n in $(seq 1 14); do
			echo "client 198.51.100.7:61022 linux"
			echo "server 10.0.0.9:$((19 + n)) linux"
		done
		for n in '' $(seq 2 14); do
			echo "+0.001 C$n S"
			echo "+0.000214 S$n R."
		done
	} >"$tmp/scan.pkt"
	"${B:-build}/pktc" "$tmp/scan.pkt" "$tmp/scan.pcap"
	"$tcpwhy" --text "$tmp/scan.pcap" |
		grep -q '^  198.51.100.7 tried 14 ports of 10.0.0.9 .* a port scan'
}

@test "a burst that refusals follow: the process went away" {
	[ -x "${B:-build}/pktc" ] || skip "no pktc"
	printf '%s\n' 'captured-at client' 'start 2026-01-05T09:00:05Z' \
		'client 10.0.0.5:60001 linux' 'server 10.0.0.9:5432 linux' \
		'0 C S' '+0.000214 S R.' >"$tmp/later.pkt"
	"${B:-build}/pktc" "$tmp/later.pkt" "$tmp/later.pcap"
	"$tcpwhy" --text samples/listener-closed.pcap "$tmp/later.pcap" |
		tr -s '\n ' ' ' >"$tmp/out"
	grep -q '3 connections to 10.0.0.9:5432 ended within 209 us, and later ones were refused: the process there ended' "$tmp/out"
}

# five_fins PACKETS...: five connections that a server closes within 80 us, and
# whose clients close seconds later, one after the other; then these packets.
five_fins() {
	{
		echo 'captured-at client'
		echo 'start 2026-01-05T09:00:00Z'
		for n in 1 2 3 4 5 6; do
			echo "client 10.0.0.$n:50000 linux"
			echo 'server 10.0.0.9:8080 linux'
		done
		for n in '' 2 3 4 5; do
			printf '%s\n' "+0.001 C$n S" "+0.000214 S$n S." \
				"+0.000030 C$n ." "+0.000030 C$n P. 1:101(100)" \
				"+0.000230 S$n P. 1:401(400)" "+0.000030 C$n ."
		done
		echo '+20 S F.'
		for n in 2 3 4 5; do echo "+0.000020 S$n F."; done
		for n in '' 2 3 4 5; do
			printf '%s\n' "+0.000030 C$n ." "+2.5 C$n F." \
				"+0.000214 S$n ."
		done
		printf '%s\n' "$@"
	} >"$tmp/fins.pkt"
	"${B:-build}/pktc" "$tmp/fins.pkt" "$tmp/fins.pcap"
}

@test "FINs of one server at once that refusals follow: the process went away" {
	[ -x "${B:-build}/pktc" ] || skip "no pktc"
	five_fins '+1 C6 S' '+0.000214 S6 R.'
	for all in '' --all; do
		"$tcpwhy" --text $all "$tmp/fins.pcap" | tr -s '\n ' ' ' >"$tmp/out"
		grep -q '5 connections to 10.0.0.9:8080 ended within 80 us, and later ones were refused: the process there ended' "$tmp/out"
	done
	five_fins '+1 C6 S' '+0.000214 S6 S.' '+0.000030 C6 .'
	refute sh -c '"$1" --text --all "$2" | grep -q "5 connections"' sh \
		"$tcpwhy" "$tmp/fins.pcap"
}

@test "ports whose services had answered before are no port scan" {
	[ -x "${B:-build}/pktc" ] || skip "no pktc"
	{
		echo 'captured-at client'
		for n in $(seq 1 24); do
			echo "client 198.51.100.7:$((61000 + n)) linux"
			echo "server 10.0.0.9:$((8000 + (n - 1) % 12)) linux"
		done
		for n in '' $(seq 2 12); do
			printf '%s\n' "+0.001 C$n S" "+0.000214 S$n S." \
				"+0.000030 C$n ." "+0.000030 C$n P. 1:101(100)" \
				"+0.000230 S$n P. 1:401(400)" "+0.000030 C$n F." \
				"+0.000214 S$n F." "+0.000030 C$n ."
		done
		for n in $(seq 13 24); do
			printf '%s\n' "+0.001 C$n S" "+0.000214 S$n R."
		done
	} >"$tmp/killed.pkt"
	"${B:-build}/pktc" "$tmp/killed.pkt" "$tmp/killed.pcap"
	"$tcpwhy" --csv "$tmp/killed.pcap" | grep -c connect_refused >"$tmp/out"
	[ "$(cat "$tmp/out")" -eq 12 ]
	refute sh -c '"$1" --text "$2" | grep -q "port scan"' sh \
		"$tcpwhy" "$tmp/killed.pcap"
}

@test "SYNs without an answer among answered ones: not the path" {
	[ -x "${B:-build}/pktc" ] || skip "no pktc"
	{
		echo 'captured-at client'
		for n in 1 2 3 4 5; do
			echo "client 10.0.0.$n:50000 linux"
			echo 'server 10.0.0.9:8080 linux'
		done
		for n in '' 2 3; do echo "+0.001 C$n S"; done
		printf '%s\n' '+0.001 C4 S' '+0.000214 S4 S.' '+0.000030 C4 .'
		for n in '' 2 3; do echo "+0.3 C$n S"; done
		printf '%s\n' '+0.001 C5 S' '+0.000214 S5 S.' '+0.000030 C5 .'
		for n in '' 2 3; do echo "+1.9 C$n S"; done
		echo '+9 C5 F.'
	} >"$tmp/queue.pkt"
	"${B:-build}/pktc" "$tmp/queue.pkt" "$tmp/queue.pcap"
	"$tcpwhy" --text "$tmp/queue.pcap" | tr -s '\n ' ' ' >"$tmp/out"
	grep -q '3 connections to 10.0.0.9:8080 .*(connect_timeout); 2 others were answered meanwhile: the path works' "$tmp/out"
}
