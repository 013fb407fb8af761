#!/usr/bin/env bats
# The command line as the contract has it: statuses, messages, what goes where.

load refute

setup() {
	tcpwhy=${B:-build}/tcpwhy
	sample=samples/broken-pipe.pcap
	cd "$BATS_TEST_DIRNAME/../.."
	tmp=$BATS_TEST_TMPDIR
}

# Runs tcpwhy: $status, $tmp/out and $tmp/err.
why() {
	status=0
	"$tcpwhy" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null || status=$?
}

# The last run failed with this status, said one line "tcpwhy: ..." that
# contains the text, and reported nothing.
failed() {
	cat "$tmp/err"
	[ "$status" -eq "$1" ]
	refute [ -s "$tmp/out" ]
	head -n 1 "$tmp/err" | grep -q '^tcpwhy: '
	grep -qF -- "$2" "$tmp/err"
}

@test "a capture is explained: status 0, nothing on standard error" {
	why "$sample"
	[ "$status" -eq 0 ]
	grep -q 'data after close' "$tmp/out"
	refute [ -s "$tmp/err" ]
}

@test "a truncated file: what was before is reported, status 4, where it broke" {
	head -c 700 "$sample" >"$tmp/cut.pcap"
	why --csv "$tmp/cut.pcap"
	[ "$status" -eq 4 ]
	[ "$(wc -l <"$tmp/out")" -eq 2 ]
	grep -q "^tcpwhy: $tmp/cut.pcap: " "$tmp/err"
}

@test "a truncated pcapng file: the same" {
	head -c 710 samples/file-pcapng.pcap >"$tmp/cut.pcapng"
	why --csv "$tmp/cut.pcapng"
	[ "$status" -eq 4 ]
	[ "$(wc -l <"$tmp/out")" -eq 2 ]
	grep -q "^tcpwhy: $tmp/cut.pcapng: " "$tmp/err"
}

@test "a truncated compressed file: the same" {
	gzip -c "$sample" | head -c 300 >"$tmp/cut.pcap.gz"
	why --csv "$tmp/cut.pcap.gz"
	[ "$status" -eq 4 ]
	grep -q "^tcpwhy: $tmp/cut.pcap.gz: " "$tmp/err"
}

@test "an empty file: status 3" {
	: >"$tmp/empty.pcap"
	why "$tmp/empty.pcap"
	failed 3 "$tmp/empty.pcap: "
}

@test "a directory: status 3" {
	why "$tmp"
	failed 3 "$tmp: "
}

@test "a text file: status 3" {
	why GNUmakefile
	failed 3 "GNUmakefile: "
}

@test "a file that does not exist: status 3" {
	why "$tmp/none.pcap"
	failed 3 "$tmp/none.pcap: No such file"
}

@test "an unreadable file: status 3" {
	cp "$sample" "$tmp/secret.pcap"
	chmod 000 "$tmp/secret.pcap"
	if [ "$(id -u)" -ne 0 ]; then
		why "$tmp/secret.pcap"
	else
		setpriv --help >/dev/null 2>&1 || skip "no setpriv"
		chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/*/ "$tmp"
		cp "$tcpwhy" "$tmp/tcpwhy"
		setpriv --reuid 65534 --regid 65534 --clear-groups \
			"$tmp/tcpwhy" --version >/dev/null 2>&1 ||
			skip "nobody can't run it from here"
		status=0
		setpriv --reuid 65534 --regid 65534 --clear-groups \
			"$tmp/tcpwhy" "$tmp/secret.pcap" \
			>"$tmp/out" 2>"$tmp/err" || status=$?
	fi
	failed 3 "$tmp/secret.pcap: Permission denied"
}

@test "one of several files can't be read: status 3" {
	why "$sample" "$tmp/none.pcap"
	[ "$status" -eq 3 ]
	grep -q "^tcpwhy: $tmp/none.pcap: " "$tmp/err"
}

@test "a full disk: status 1, for every format" {
	[ -w /dev/full ] || skip "no /dev/full"
	for format in --text --csv --all; do
		status=0
		"$tcpwhy" $format "$sample" >/dev/full 2>"$tmp/err" || status=$?
		[ "$status" -eq 1 ]
		grep -q '^tcpwhy: .*No space left' "$tmp/err"
	done
}

@test "a full disk takes --help and --version along" {
	[ -w /dev/full ] || skip "no /dev/full"
	for option in --help --version; do
		status=0
		"$tcpwhy" $option >/dev/full 2>/dev/null || status=$?
		[ "$status" -eq 1 ]
	done
}

@test "a closed pipe: status 1 or a quiet end by SIGPIPE, no noise" {
	set -o pipefail
	status=0
	"$tcpwhy" --csv $(for i in $(seq 400); do echo "$sample"; done) \
		2>"$tmp/err" | true || status=$?
	cat "$tmp/err"
	[ "$status" -eq 1 ] || [ "$status" -eq 141 ] || [ "$status" -eq 0 ]
	[ "$(wc -l <"$tmp/err")" -le 1 ]
}

@test "standard output closed altogether: status 1" {
	status=0
	"$tcpwhy" --csv "$sample" >&- 2>"$tmp/err" || status=$?
	[ "$status" -eq 1 ]
	grep -q '^tcpwhy: ' "$tmp/err"
}

@test "a wrong filter: status 2, libpcap's reason" {
	why --filter 'port and and' "$sample"
	failed 2 "syntax error"
}

@test "a filter lets only matching packets pass, and says so with no stream" {
	why --csv --filter 'tcp port 8000' samples/close-wait-reset-after-120s.pcap
	[ "$status" -eq 0 ]
	[ "$(wc -l <"$tmp/out")" -eq 3 ]
	[ "$(cut -d, -f2 "$tmp/out" | tail -n 1)" = "" ] ||
		[ "$(cut -d, -f2 "$tmp/out" | tail -n 1)" = '""' ]
	why --csv --filter 'tcp port 1' "$sample"
	[ "$status" -eq 0 ]
	[ "$(wc -l <"$tmp/out")" -eq 1 ]
}

@test "a wrong option: status 2" {
	why --no-such-option "$sample"
	failed 2 "no-such-option"
}

@test "an option without its value: status 2" {
	why "$sample" --filter
	failed 2 "filter"
}

@test "no file, on a terminal: status 2, and where help is" {
	script -qec true /dev/null >/dev/null 2>&1 || skip "no terminal to be had"
	status=0
	script -qec "$tcpwhy" /dev/null >"$tmp/out" </dev/null || status=$?
	[ "$status" -eq 2 ]
	grep -q 'tcpwhy --help' "$tmp/out"
}

@test "a connection that isn't there, or no number: status 2" {
	why --connection x "$sample"
	failed 2 "x"
	why --connection 0 "$sample"
	failed 2 "0"
}

@test "an unknown verdict: status 2" {
	why explain no_such_verdict
	failed 2 "no_such_verdict"
}

@test "explain knows every verdict that its list names" {
	why explain
	[ "$status" -eq 0 ]
	for verdict in orderly_close half_closed still_open connect_refused \
		connect_unreachable connect_timeout connect_abandoned \
		handshake_incomplete reset_backlog_overflow \
		reset_unread_data reset_linger_zero reset_destroyed \
		reset_listener_closed reset_data_after_fin \
		reset_fin_wait_expired reset_stale_peer reset_idle_expired \
		reset_injected reset_unexplained timeout_retransmission \
		timeout_keepalive timeout_zero_window unknown; do
		why explain
		grep -qw "$verdict" "$tmp/out"
		why explain $verdict
		[ "$status" -eq 0 ]
		[ "$(wc -l <"$tmp/out")" -gt 4 ]
	done
}

@test "--help and --version go to standard output" {
	why --help
	[ "$status" -eq 0 ]
	grep -q '^Usage: tcpwhy' "$tmp/out"
	refute [ -s "$tmp/err" ]
	why --version
	[ "$status" -eq 0 ]
	grep -q '^tcpwhy ' "$tmp/out"
	grep -qi libpcap "$tmp/out"
	grep -qi libcsv "$tmp/out"
	refute [ -s "$tmp/err" ]
}

@test "no line of the help is wider than 80 columns" {
	why --help
	[ "$(awk 'length($0) > 80' "$tmp/out" | wc -l)" -eq 0 ]
}

@test "--output: the file holds the report, standard output nothing" {
	why --csv "$sample"
	cp "$tmp/out" "$tmp/expected"
	why --csv --output "$tmp/report.csv" "$sample"
	[ "$status" -eq 0 ]
	refute [ -s "$tmp/out" ]
	cmp "$tmp/expected" "$tmp/report.csv"
}

@test "--output: nothing appears, and nothing is lost, if the input fails" {
	echo before >"$tmp/report.csv"
	why --csv --output "$tmp/report.csv" "$tmp/none.pcap"
	[ "$status" -eq 3 ]
	[ "$(cat "$tmp/report.csv")" = before ]
	why --csv --output "$tmp/new.csv" "$tmp/none.pcap"
	refute [ -e "$tmp/new.csv" ]
	[ "$(ls "$tmp" | grep -c report)" -eq 1 ]
}

@test "--output: a folder that isn't there: status 1" {
	why --csv --output "$tmp/none/report.csv" "$sample"
	failed 1 "$tmp/none/report.csv"
}

@test "--output: a broken input still gives a whole report, status 4" {
	head -c 700 "$sample" >"$tmp/cut.pcap"
	why --csv --output "$tmp/report.csv" "$tmp/cut.pcap"
	[ "$status" -eq 4 ]
	[ "$(wc -l <"$tmp/report.csv")" -eq 2 ]
}

@test "standard input is -" {
	"$tcpwhy" --csv "$sample" >"$tmp/expected"
	"$tcpwhy" --csv - <"$sample" >"$tmp/out"
	cmp "$tmp/expected" "$tmp/out"
	cat "$sample" | "$tcpwhy" --csv - >"$tmp/out"
	cmp "$tmp/expected" "$tmp/out"
}

@test "a file whose name starts with - comes behind --" {
	cp "$sample" "$tmp/-x.pcap"
	case $tcpwhy in /*) ;; *) tcpwhy=$PWD/$tcpwhy ;; esac
	cd "$tmp"
	why --csv -- -x.pcap
	[ "$status" -eq 0 ]
	[ "$(wc -l <"$tmp/out")" -eq 2 ]
}

@test "compressed captures are known by their bytes, not by their names" {
	"$tcpwhy" --csv "$sample" >"$tmp/expected"
	gzip -c "$sample" >"$tmp/x.pcap"
	why --csv "$tmp/x.pcap"
	cmp "$tmp/expected" "$tmp/out"
}

@test "... whatever packed them" {
	"$tcpwhy" --csv "$sample" >"$tmp/expected"
	for tool in zstd lz4 xz bzip2; do
		needs_unpacker $tool
		$tool -c <"$sample" >"$tmp/x.pcap"
		why --csv "$tmp/x.pcap"
		cmp "$tmp/expected" "$tmp/out"
	done
}

@test "several files are one capture, whatever their order" {
	tail -c +25 "$sample" >"$tmp/packets"
	header=$(head -c 24 "$sample" | od -An -v -tx1 | tr -d ' \n')
	first=$((3 * (16 + 74) - 8))
	{ head -c 24 "$sample"; head -c $first "$tmp/packets"; } >"$tmp/1.pcap"
	{ head -c 24 "$sample"; tail -c +$((first + 1)) "$tmp/packets"; } \
		>"$tmp/2.pcap"
	why --csv "$tmp/2.pcap" "$tmp/1.pcap"
	cat "$tmp/err"
	[ "$status" -eq 0 ]
	[ "$(wc -l <"$tmp/out")" -eq 2 ]
	grep -q 'reset_data_after_fin' "$tmp/out"
}

@test "CSV does not follow the locale" {
	why --csv "$sample"
	cp "$tmp/out" "$tmp/expected"
	LC_ALL=de_DE.UTF-8 LC_NUMERIC=de_DE.UTF-8 TZ=Asia/Shanghai \
		"$tcpwhy" --csv "$sample" >"$tmp/out"
	cmp "$tmp/expected" "$tmp/out"
}

@test "CSV has the contract's columns, in its order, and LF line ends" {
	why --csv "$sample"
	[ "$(head -n 1 "$tmp/out" | tr -d '"')" = "connection,tcp_stream,\
start_time,duration_s,client_ip,client_port,server_ip,server_port,\
client_packets,server_packets,client_bytes,server_bytes,verdict,confidence,\
also_possible,closed_first,reset_by,client_connect,client_recv,client_send,\
server_recv,server_send,client_state,server_state,evidence,frames,advice,\
zeek_conn_state,zeek_history,community_id,end_time,rtt_ms,\
client_retransmissions,server_retransmissions,longest_idle_s,zero_window_s,\
missing_bytes,client_stack,server_stack" ]
	refute grep -q "$(printf '\r')" "$tmp/out"
}

@test "CSV: a text that a spreadsheet would run gets a leading quote" {
	why --csv samples/file-pcapng-comments.pcap
	refute grep -qE '(^|,)"?[=+@-]' "$tmp/out"
}

@test "colour only when asked for, and never with NO_COLOR" {
	escape=$(printf '\033')
	why "$sample"
	refute grep -q "$escape" "$tmp/out"
	why --color always "$sample"
	grep -q "$escape" "$tmp/out"
	why --color never "$sample"
	refute grep -q "$escape" "$tmp/out"
	why --color sometimes "$sample"
	failed 2 "sometimes"
}

@test "NO_COLOR is honoured on a terminal" {
	script -qec true /dev/null >/dev/null 2>&1 || skip "no terminal to be had"
	case $tcpwhy in /*) ;; *) tcpwhy=$PWD/$tcpwhy ;; esac
	NO_COLOR=1 script -qec "$tcpwhy --text $sample" /dev/null \
		>"$tmp/out" </dev/null
	grep -q 'data after close' "$tmp/out"
	refute grep -q "$(printf '\033')\[" "$tmp/out"
}

@test "--jobs: the same bytes, however many threads" {
	${CC:-cc} -O1 -o "$tmp/generate" tests/bench/generate.c
	"$tmp/generate" short 20000 500 >"$tmp/many.pcap"
	for report in --summary --text --csv --json; do
		why --jobs 1 $report "$tmp/many.pcap"
		[ "$status" -eq 0 ]
		mv "$tmp/out" "$tmp/one"
		why --jobs 2 $report "$tmp/many.pcap"
		[ "$status" -eq 0 ]
		[ -s "$tmp/one" ]
		cmp "$tmp/one" "$tmp/out"
	done
	why --jobs 0 "$sample"
	failed 2 "'0' is not a number of threads"
	why --jobs two "$sample"
	failed 2 "'two' is not a number of threads"
	for many in 64 99999999999999999999999; do
		why --jobs $many "$sample"
		[ "$status" -eq 0 ]
		[ "$(cat "$tmp/err")" = \
			"tcpwhy: --jobs $many: tcpwhy uses 2 threads at most" ]
	done
}

@test "--connection takes the numbers that reports show, which may leave some out" {
	two="samples/stray-syn.pcap samples/fin-not-captured.pcap"
	for n in $("$tcpwhy" --csv --fields connection $two | tail -n +2); do
		why --connection "$n" $two
		[ "$status" -eq 0 ]
		grep -q "^#$n " "$tmp/out"
	done
	[ "$n" -gt 2 ]
	for n in 2 $((n + 1)); do
		why --connection "$n" $two
		[ "$status" -eq 2 ]
		grep -q "there is no connection $n: the capture has 2" "$tmp/err"
	done
}

@test "--connection shows one connection with its timeline" {
	why --connection 2 samples/close-wait-reset-after-120s.pcap
	[ "$status" -eq 0 ]
	grep -q '#2' "$tmp/out"
	refute grep -q '#1 ' "$tmp/out"
	grep -q 'FIN' "$tmp/out"
	grep -q 'RST' "$tmp/out"
}

@test "--utc and --local differ by the zone" {
	TZ=Asia/Shanghai "$tcpwhy" --utc "$sample" >"$tmp/utc"
	TZ=Asia/Shanghai "$tcpwhy" --local "$sample" >"$tmp/local"
	grep -q '2019-07-06 15:15:28' "$tmp/utc"
	grep -q '2019-07-06 23:15:28' "$tmp/local"
}

# Fails unless FILE is UTF-8 without control characters (C0 but the line end,
# DEL, C1) and without what turns the direction of writing.
printable() { # FILE
	iconv -f UTF-8 -t UTF-8 "$1" >/dev/null
	LC_ALL=C refute grep -aq "$(printf '[\001-\011\013-\037\177]')" "$1"
	LC_ALL=C refute grep -aqP \
		'\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]' "$1"
}

@test "what a packet's comment holds is shown, and does nothing" {
	sed '/comment/d' samples/file-pcapng-comments.pkt >"$tmp/hostile.pkt"
	printf '+1 C R comment "%b"\n' \
		'\033]52;c;ZXZpbA==\007\033[2J\rgone\0302\023331m\0342\0200\0256\0377 </pre><script>\x60\x60\x60' \
		>>"$tmp/hostile.pkt"
	"${B:-build}/pktc" "$tmp/hostile.pkt" "$tmp/hostile.pcapng"
	for format in --text --summary --markdown --csv --json; do
		"$tcpwhy" -n 1 $format "$tmp/hostile.pcapng" >"$tmp/out"
		printable "$tmp/out"
		LC_ALL=C "$tcpwhy" -n 1 $format "$tmp/hostile.pcapng" >"$tmp/c"
		printable "$tmp/c"
	done
	LC_ALL=C.UTF-8 "$tcpwhy" -n 1 "$tmp/hostile.pcapng" >"$tmp/out"
	grep -qF '"\x1b]52;c;ZXZpbA==\x07' "$tmp/out"
	"$tcpwhy" --html "$tmp/page.html" "$tmp/hostile.pcapng"
	printable "$tmp/page.html"
	grep -qF '\x1b]52' "$tmp/page.html"
	refute grep -q '<script>`' "$tmp/page.html"
	"$tcpwhy" -n 1 --markdown "$tmp/hostile.pcapng" >"$tmp/page.md"
	[ "$(grep -c '^ \{0,3\}```' "$tmp/page.md")" -eq 2 ]
}

@test "what is typed reaches the terminal printable only" {
	for wrong in $'--fo\e]52;c;x\a' $'-\e' $'--csv=\e[2J' $'-n\e' $'-w\e[m=1' \
		$'-e\e[2J' $'--color=\xc2\x9b' $'--log-tz=\e' $'--max-memory=\r' \
		$'-f\e[2J' $'/no/\e[31m\xff'; do
		status=0
		"$tcpwhy" "$wrong" --log x "$sample" >"$tmp/out" 2>"$tmp/err" ||
			status=$?
		cat -v "$tmp/err"
		[ "$status" -ge 2 ]
		printable "$tmp/err"
		grep -q '^tcpwhy: ' "$tmp/err"
	done
	cp "$sample" "$tmp/"$'a\e[2Jb\xff.pcap'
	"$tcpwhy" "$tmp/"$'a\e[2Jb\xff.pcap' >"$tmp/out"
	printable "$tmp/out"
	head -c 200 "$sample" >"$tmp/"$'a\e[2Jb\xff.pcap'
	"$tcpwhy" "$tmp/"$'a\e[2Jb\xff.pcap' >"$tmp/out" 2>"$tmp/err" || true
	grep -qF 'a\x1b[2Jb\xff.pcap: cut short' "$tmp/err"
}

@test "a wrong option is named with what it lacks" {
	complains() { # MESSAGE OPTION...
		run "$tcpwhy" "${@:2}"
		[ "$status" -eq 2 ]
		[ "${lines[0]}" = "tcpwhy: $1" ]
	}
	complains "there is no option '--foo'" --foo
	complains "there is no option '-q'" -q
	complains "option '-o' needs an argument" -o
	complains "option '--output' needs an argument" --output
	complains "option '--csv' takes no argument" --csv=x
	complains "option '--log-' may be --log-file or --log-tz" --log-
}

@test "text from a capture can't reach the terminal raw" {
	for capture in samples/*.pcap; do
		"$tcpwhy" --text --all "$capture"
	done >"$tmp/out" 2>/dev/null
	refute env LC_ALL=C grep -q "$(printf '[\001-\010\013-\037]')" "$tmp/out"
}

@test "-o never takes the place of what the report is made from" {
	cp "$sample" "$tmp/capture"
	echo 'ECONNRESET 10.0.0.1' >"$tmp/log"
	why -o "$tmp/capture" "$tmp/capture"
	failed 2 "$tmp/capture: is one of the captures"
	why -o "$tmp/log" --log-file "$tmp/log" "$sample"
	failed 2 "$tmp/log: is the file of the log lines"
	cmp "$sample" "$tmp/capture"
	grep -q ECONNRESET "$tmp/log"
}

@test "a capture that began after one side's FIN accuses nobody of a leak" {
	command -v editcap >/dev/null || skip "no editcap"
	editcap -F pcap samples/orderly-close.pcap "$BATS_TEST_TMPDIR/late.pcap" 1-8
	"$tcpwhy" --text --all -n 1 "$BATS_TEST_TMPDIR/late.pcap" >"$BATS_TEST_TMPDIR/out"
	cat "$BATS_TEST_TMPDIR/out"
	grep -q '(possible)' "$BATS_TEST_TMPDIR/out"
	grep -q 'its FIN may have come before' "$BATS_TEST_TMPDIR/out"
	# The rival's gist explains the word; nothing is said to be in that state.
	refute grep -E 'was in CLOSE_WAIT|CLOSE_WAIT +[◀─<-]|leak' "$BATS_TEST_TMPDIR/out"
}
