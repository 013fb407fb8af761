#!/usr/bin/env bats
# --log: lines in the forms that programs document lead to their connections.
# Many samples are one capture: most connections are between 10.0.0.5 and
# 10.0.0.9, at the same time, some on the same ports.

bats_require_minimum_version 1.5.0
load refute

setup() {
	tcpwhy=${B:-build}/tcpwhy
	cd "$BATS_TEST_DIRNAME/../.."
	tmp=$BATS_TEST_TMPDIR
	haystack=
	for name in unread-upload-window-reopens connect-refused \
		keep-alive-race client-gave-up connect-timeout crash-empty-buffer \
		unread-or-linger-window-reopens-a-little unread-window-shut \
		capture-on-any-device linger-zero-health-check half-close-open \
		idle-expired-350s port-scan ipv6-refused broken-pipe \
		crash-full-buffer linger-zero-after-reply linger-zero-idle \
		listener-closed host-restarted timeout-zero-window \
		tls-close-notify-after-fin connect-no-route orderly-close \
		half-close-unread-answer unread-large; do
		[ -e "samples/$name.pcap" ] &&
			haystack="$haystack samples/$name.pcap"
	done
	[ "$(echo $haystack | wc -w)" -ge 20 ]
}

# The connection that fits best has this client port and this server port.
finds() { # CLIENT-PORT SERVER-PORT LINE [OPTION...]
	client=$1 server=$2 line=$3
	shift 3
	"$tcpwhy" --csv --log "$line" "$@" $haystack >"$tmp/out"
	head -n 2 "$tmp/out" | tail -n 1 | cut -d, -f6,8 >"$tmp/got"
	cat "$tmp/got"
	[ "$(cat "$tmp/got")" = "$client,$server" ]
}

@test "nginx: upstream resets" {
	finds 57970 8080 '2026/01/05 09:00:00 [error] 31#31: *7 recv() failed (104: Connection reset by peer) while reading response header from upstream, client: 192.0.2.33, server: shop.example, request: "GET /cart HTTP/1.1", upstream: "http://10.0.0.9:8080/cart", host: "shop.example"'
}

@test "nginx: upstream refuses" {
	finds 48202 8080 '2026/01/05 09:00:00 [error] 31#31: *9 connect() failed (111: Connection refused) while connecting to upstream, client: 192.0.2.33, server: shop.example, request: "GET /cart HTTP/1.1", upstream: "http://10.0.0.9:8080/cart", host: "shop.example"'
}

@test "nginx: upstream closes" {
	finds 54352 8100 '2026/01/05 09:00:05 [error] 31#31: *11 upstream prematurely closed connection while reading response header from upstream, client: 192.0.2.33, server: shop.example, request: "GET / HTTP/1.1", upstream: "http://10.0.0.9:8100/", host: "shop.example"'
}

@test "nginx: 499 in the access log, with its zone" {
	finds 52480 8113 '10.0.0.5 - - [05/Jan/2026:10:00:06 +0100] "POST /upload HTTP/1.1" 499 0 "-" "curl/8.5.0"'
}

@test "HAProxy: the client aborted" {
	finds 52480 8113 'Jan  5 09:00:06 lb1 haproxy[14389]: 10.0.0.5:52480 [05/Jan/2026:09:00:00.001] web-in app/s1 0/0/1/-1/6301 -1 212 - - CD-- 2/2/1/1/0 0/0 "POST /upload HTTP/1.1"'
}

@test "HAProxy: capitals in the state at disconnection matter" {
	"$tcpwhy" --text --log '10.0.0.5:52480 0/0 -1 0 - - sH-- 2/2' \
		samples/client-gave-up.pcap >"$tmp/out"
	grep -q '"sH-" (HAProxy)' "$tmp/out"
	refute grep -q '"SH-" (HAProxy)' "$tmp/out"
}

@test "Envoy: upstream connection termination" {
	finds 37258 8083 '[2026-01-05T09:00:00.001Z] "GET /api/items HTTP/1.1" 503 UC upstream_reset_before_response_started{connection_termination} - "-" 0 95 101 - "-" "curl/8.5.0" "6fd2a3f1-5d1f-9d53-a0b8-1c5c3fcb6c4e" "api:8083" "10.0.0.9:8083" outbound|8083||api.default.svc.cluster.local 10.0.0.5:37258 192.0.2.77:8083 192.0.2.33:40118 - default'
}

@test "Apache: the backend resets" {
	finds 57970 8080 '[Mon Jan 05 09:00:00.125310 2026] [proxy_http:error] [pid 1234:tid 139872] (104)Connection reset by peer: [client 192.0.2.33:40112] AH01102: error reading status line from remote server 10.0.0.9:8080'
}

@test "Node: refused, address and port as properties" {
	finds 48202 8080 "Error: connect ECONNREFUSED 10.0.0.9:8080 at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1595:16) { errno: -111, code: 'ECONNREFUSED', syscall: 'connect', address: '10.0.0.9', port: 8080 }"
}

@test "Node: socket hang up" {
	finds 54352 8100 "2026-01-05T09:00:05.044Z error: Error: socket hang up { code: 'ECONNRESET' } host: '10.0.0.9', port: 8100"
}

@test "Java: connection reset, a comma before the milliseconds" {
	finds 37258 8083 '2026-01-05 09:00:00,104 ERROR [main] c.e.Client - POST to /10.0.0.9:8083 failed: java.net.SocketException: Connection reset'
}

@test "Java: java.util.logging" {
	finds 44126 8081 'Jan 05, 2026 9:00:01 AM com.example.Client call WARNING: 10.0.0.9:8081 java.io.IOException: Connection reset by peer'
}

@test "Go: both ends in the error" {
	finds 44126 8081 '2026/01/05 09:00:01 read tcp 10.0.0.5:44126->10.0.0.9:8081: read: connection reset by peer'
}

@test "Go: dial, timed out" {
	finds 48220 80 '2026/01/05 09:01:03 Get "http://192.0.2.10/": dial tcp 192.0.2.10:80: connect: connection timed out'
}

@test "Python: urllib3" {
	finds 54352 8100 "2026-01-05 09:00:05,044 WARNING urllib3.connectionpool: Retrying (Retry(total=2)) after connection broken by 'RemoteDisconnected('Remote end closed connection without response')': HTTPConnectionPool(host='10.0.0.9', port=8100): /"
}

@test "Python: BrokenPipeError at a server" {
	finds 50200 9000 "2026-01-05 09:00:20,001 ERROR handler for ('10.0.0.5', 50200): BrokenPipeError: [Errno 32] Broken pipe (10.0.0.5:50200)"
}

@test "MySQL: aborted connection" {
	finds 51022 3306 "2026-01-05T09:00:04.000490Z 11 [Note] [MY-010914] [Server] Aborted connection 11 to db: 'unconnected' user: 'unauthenticated' host: '10.0.0.2' (Got an error reading communication packets)."
}

@test "PostgreSQL: libpq, time in another zone" {
	finds 50110 5432 '2026-01-05 10:06:31.221 CET [2731] ERROR: could not receive data from server: Connection reset by peer; connection to server at "10.1.7.9", port 5432' --log-tz=+01:00
}

@test "sshd in syslog, a line without a year" {
	finds 61022 22 'Jan  5 09:00:00 web3 sshd[2241]: Connection reset by 198.51.100.7 port 61022 [preauth]'
}

@test "the journal: any program, the C library's text" {
	finds 50200 9000 'Jan 05 09:00:20 db2 feeder[812]: write to 10.0.0.5:50200: Broken pipe'
}

@test "seconds since 1970" {
	finds 44126 8081 '1767603601.203 10.0.0.9:8081 ECONNRESET'
}

@test "IPv6 in brackets" {
	finds 33898 9 '2026-01-05T09:00:00.0003Z dial tcp [2001:db8::9]:9: connect: connection refused'
}

@test "Windows numbers" {
	finds 44126 8081 '2026-01-05 09:00:01 ConnectionResetError: [WinError 10054] An existing connection was forcibly closed by the remote host 10.0.0.9:8081'
}

@test "a time alone tells less than address and error" {
	"$tcpwhy" --text --log '2026/01/05 09:00:01 read tcp 10.0.0.5:44126->10.0.0.9:8081: read: connection reset by peer' \
		$haystack >"$tmp/out"
	grep -A1 '^  #[0-9]* *10.0.0.5:44126' "$tmp/out" | head -n 2 |
		grep -q "both addresses and ports, at its end; the client's recv: ECONNRESET"
}

@test "the ranking stands before the connections, and says what was understood" {
	"$tcpwhy" --text --log '2026/01/05 09:00:01 read tcp 10.0.0.5:44126->10.0.0.9:8081: read: connection reset by peer' \
		$haystack >"$tmp/out"
	grep -q '^The log line: 2026-01-05 09:00:01Z, 10.0.0.5:44126, 10.0.0.9:8081, "read: connection reset by peer" (Go)$' "$tmp/out"
	[ "$(grep -n '^Connections, best fit first' "$tmp/out" | cut -d: -f1)" -lt \
		"$(grep -n '^  why ' "$tmp/out" | head -n 1 | cut -d: -f1)" ]
}

@test "an error that no program got speaks against a connection" {
	"$tcpwhy" --text --log '10.10.121.101 connection timed out' \
		samples/crash-empty-buffer.pcap >"$tmp/out"
	grep -q 'but no program got that error' "$tmp/out" ||
		grep -q '^No connection fits' "$tmp/out"
}

@test "--log-tz takes offsets and names, and knows summer time" {
	finds 44126 8081 '2026/01/05 10:00:01 10.0.0.9:8081 ECONNRESET' \
		--log-tz=+01:00
	finds 44126 8081 '2026/01/05 03:30:01 10.0.0.9:8081 ECONNRESET' \
		--log-tz=-0530
	[ -e /usr/share/zoneinfo/Europe/Berlin ] || skip "no zoneinfo"
	finds 44126 8081 '2026/01/05 10:00:01 10.0.0.9:8081 ECONNRESET' \
		--log-tz Europe/Berlin
	finds 42642 5000 '2019/07/06 17:15:48 10.10.121.102:5000 EPIPE' \
		--log-tz Europe/Berlin
}

# The same two hosts at three times: only the time tells the connections apart.
@test "the zone of --log-tz decides where nothing but the time can" {
	port=50000
	for start in 2026-01-05T09:00 2026-01-05T10:00 2026-07-05T09:00; do
		port=$((port + 1))
		{
			echo "start ${start}:00Z"
			sed "s/:48202/:$port/" samples/connect-refused.pkt
		} >"$tmp/$start.pkt"
		"${tcpwhy%/*}/pktc" "$tmp/$start.pkt" "$tmp/$start.pcap"
	done
	haystack="$tmp/*.pcap"
	begins() { # START LINE [OPTION...]
		"$tcpwhy" --csv --log "$2" "${@:3}" $haystack |
			sed -n 2p | cut -d, -f3 | tee "$tmp/got"
		grep -q "^$1" "$tmp/got"
	}
	line=' 10.0.0.9:8080 ECONNREFUSED'
	begins 2026-01-05T10:00 "2026/01/05 10:00:00$line"
	begins 2026-01-05T09:00 "2026/01/05 10:00:00$line" --log-tz +01:00
	begins 2026-01-05T09:00 "2026/01/05 14:45:00$line" --log-tz +0545
	[ -e /usr/share/zoneinfo/Europe/Berlin ] || skip "no zoneinfo"
	begins 2026-01-05T09:00 "2026/01/05 10:00:00$line" --log-tz Europe/Berlin
	begins 2026-01-05T10:00 "2026/01/05 11:00:00$line" --log-tz Europe/Berlin
	begins 2026-07-05T09:00 "2026/07/05 11:00:00$line" --log-tz Europe/Berlin
	export TZ=Europe/Berlin
	begins 2026-01-05T09:00 "2026/01/05 10:00:00$line" --local
	begins 2026-01-05T10:00 "2026/01/05 05:00:00$line" --local \
		--log-tz America/New_York
	begins 2026-07-05T09:00 "2026/07/05 05:00:00$line" --local \
		--log-tz America/New_York
	"$tcpwhy" --local --log "2026/07/05 05:00:00$line" \
		--log-tz America/New_York $haystack >"$tmp/out"
	grep -q '^The log line: 2026-07-05 11:00:00+02:00' "$tmp/out"
	# --where asks for the clocks of each date, too.
	[ "$("$tcpwhy" -c --local -w 'start_time=11:00..11:01' $haystack |
		wc -l)" -eq 3 ]
	[ "$("$tcpwhy" -c --local -w 'start_time=2026-07-05T11:00' $haystack |
		wc -l)" -eq 2 ]
}

@test "the zone that would bring a time in is named whatever was given" {
	"$tcpwhy" --log '2026/01/05 10:00:01 10.0.0.9:8081 ECONNRESET' \
		--log-tz=+04:00 samples/unread-window-shut.pcap \
		samples/keep-alive-race.pcap >"$tmp/out"
	grep -q 'with --log-tz=+01:00 it would be' "$tmp/out"
}

@test "a time that no calendar has is refused, and left out of a file" {
	run -2 "$tcpwhy" --log '2026-02-31 10:00:00 10.0.0.9:8081 ECONNRESET' \
		samples/broken-pipe.pcap
	[ "$output" = 'tcpwhy: --log: there is no such time as "2026-02-31 10:00:00"' ]
	printf '%s\n' '2026-02-31 10:00:00 10.0.0.9:8081 ECONNRESET' >"$tmp/log"
	"$tcpwhy" --log-file "$tmp/log" samples/unread-window-shut.pcap \
		>"$tmp/out" 2>"$tmp/err"
	grep -q 'log: times that do not exist are left out (1), such as "2026-02-31 10:00:00"' "$tmp/err"
	grep -q '^The log line: 10.0.0.9:8081, "ECONNRESET"' "$tmp/out" ||
		grep -qi '^The log line: 10.0.0.9:8081, "econnreset"' "$tmp/out"
	for wrong in 2026-02-31 2026-02-31T10:00Z 6497-01-01 2026-01-01T10:00+99:99; do
		run -2 "$tcpwhy" -w "start_time=$wrong" samples/broken-pipe.pcap
		grep -q 'is not a time' <<<"$output"
	done
}

@test "a time outside of the capture: the zone that would bring it in is named" {
	"$tcpwhy" --log '2026/01/05 10:00:01 10.0.0.9:8081 ECONNRESET' \
		samples/unread-window-shut.pcap samples/keep-alive-race.pcap >"$tmp/out"
	grep -q 'with --log-tz=+01:00 it would be' "$tmp/out"
}

@test "several lines, and those of a file, each find theirs" {
	printf '%s\n' 'nothing to see' \
		'2026/01/05 09:00:01 10.0.0.9:8081 ECONNRESET' >"$tmp/log"
	"$tcpwhy" --csv --log-file "$tmp/log" \
		--log '2026-01-05 09:00:05,044 host 10.0.0.9, port=8100: socket hang up' \
		$haystack | cut -d, -f6,8 >"$tmp/out"
	grep -qx 44126,8081 "$tmp/out"
	grep -qx 54352,8100 "$tmp/out"
}

@test "what can't be used is said: status 2" {
	for wrong in "--log=hello" "--log-file=$tmp/none" \
		"--log=1.2.3.4 --log-tz=Mars/Olympus" "--log=1.2.3.4 --log-tz=+1x" \
		"--log=1.2.3.4 --log-tz=Europe" "--log=1.2.3.4 --log-tz=+99:99" \
		"--log=1.2.3.4 --log-tz="; do
		status=0
		# shellcheck disable=SC2086
		"$tcpwhy" $wrong samples/broken-pipe.pcap >"$tmp/out" \
			2>"$tmp/err" || status=$?
		cat "$tmp/err"
		[ "$status" -eq 2 ]
		grep -q '^tcpwhy: ' "$tmp/err"
		refute [ -s "$tmp/out" ]
	done
}
