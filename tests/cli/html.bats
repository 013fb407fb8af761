#!/usr/bin/env bats
# The incident page: it says what the text report says, needs nothing but
# itself, and takes nothing from a capture for markup.

setup() {
	tcpwhy=${B:-build}/tcpwhy
	cd "$BATS_TEST_DIRNAME/../.."
	tmp=$BATS_TEST_TMPDIR
	page=$tmp/page.html
}

# The command fails. (A "!" alone is not heeded in the middle of a test.)
never() {
	if "$@"; then
		return 1
	fi
}

# No line of $page matches.
lacks() {
	never grep -E -e "$1" "$page"
}

make_page() {
	"$tcpwhy" --html "$page" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	cat "$tmp/err"
	never [ -s "$tmp/out" ]
	[ -s "$page" ]
}

# What is written in the ladder's rows of standard input, a space between words.
rows_of_page() {
	tr '\n' ' ' | sed 's/<g class="row/\n&/g' |
		sed -n '/^<g class="row/{s/<\/g>.*//;p}' |
		sed 's/<[^>]*>/ /g; s/&quot;/"/g; s/&#39;/'"'"'/g
			s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' |
		words
}

# The same of the ladder in a text report: strokes are drawn, not written.
rows_of_text() {
	awk '/^ +time  client /{ on = 1; next } on' |
		sed 's/[─▶·]/ /g; s/◀ end/ <END> /; s/◀/ /g; s/<END>/◀ end/' |
		words
}

words() {
	tr -s ' \n' '\n\n' | grep .
}

same_rows() {
	make_page -n "$2" "$1"
	rows_of_page <"$page" >"$tmp/page.rows"
	"$tcpwhy" -n "$2" "$1" | rows_of_text >"$tmp/text.rows"
	[ -s "$tmp/text.rows" ]
	diff "$tmp/text.rows" "$tmp/page.rows"
}

browser() {
	for name in chromium chromium-browser google-chrome; do
		command -v "$name" >/dev/null && break
		name=
	done
	[ -n "$name" ] || skip "no Chromium"
	timeout 60 "$name" --headless --no-sandbox --disable-gpu \
		--no-first-run --disable-background-networking \
		--host-resolver-rules='MAP * ~NOTFOUND' \
		--user-data-dir="$tmp/profile" \
		"$@" 2>"$tmp/browser.err"
}

@test "a page of one connection: its ladder has the rows of -n" {
	for name in broken-pipe zero-window-stall icmp-while-sending \
		file-pcapng-comments keepalive-dead-peer unread-window-shut \
		late-copy-after-close idle-expired-350s; do
		same_rows "samples/$name.pcap" 1
	done
}

@test "a page of many connections: every ladder has the rows of -n" {
	make_page samples/listener-closed.pcap
	ids=$(grep -o '<article id="c[0-9]*"' "$page" | grep -o '[0-9]*')
	[ "$(echo "$ids" | wc -l)" -gt 1 ]
	for n in $ids; do
		sed -n "/<article id=\"c$n\"/,/<\/article>/p" "$page" |
			rows_of_page >"$tmp/page.rows"
		"$tcpwhy" -n "$n" samples/listener-closed.pcap |
			rows_of_text >"$tmp/text.rows"
		diff "$tmp/text.rows" "$tmp/page.rows"
	done
}

@test "connections that share addresses and ports keep their own ladders" {
	make_page -a samples/port-reuse.pcap
	for n in 1 2; do
		sed -n "/<article id=\"c$n\"/,/<\/article>/p" "$page" |
			rows_of_page >"$tmp/page.rows"
		"$tcpwhy" -n "$n" samples/port-reuse.pcap |
			rows_of_text >"$tmp/text.rows"
		diff "$tmp/text.rows" "$tmp/page.rows"
	done
}

@test "the page says verdict, findings, programs, advice and filter" {
	make_page samples/broken-pipe.pcap
	for words in 'data after close' 'reset_data_after_fin' certain \
		'the client closed first: it sent its FIN' \
		'recv: end of file (0 bytes); send: EPIPE' \
		'server: when recv returns 0, close' 'tcp.stream eq 0' \
		'When they ended' '10.10.121.102:5000'; do
		grep -qF "$words" "$page"
	done
}

@test "a frame of a finding leads to its row" {
	make_page samples/broken-pipe.pcap
	for id in $(grep -o 'href="#c1f[0-9:]*"' "$page" | cut -d'#' -f2 |
		tr -d '"'); do
		grep -q "id=\"$id\"" "$page"
		found=yes
	done
	[ "$found" = yes ]
}

@test "of many connections some of every kind are explained, the rest listed" {
	make_page samples/*.pcap
	[ "$(grep -c '<article' "$page")" -gt 30 ]
	[ "$(grep -c '<article' "$page")" -le 50 ]
	"$tcpwhy" --csv samples/*.pcap | grep -oE '(reset|timeout|connect)_[a-z_]*,(certain|likely|possible)' |
		cut -d, -f1 | sort -u >"$tmp/kinds"
	[ -s "$tmp/kinds" ]
	while read -r kind; do
		grep -q "</span> <code>$kind</code></p>" "$page"
	done <"$tmp/kinds"
	grep -q 'More of the same' "$page"
}

@test "what a capture or a user chose is never markup" {
	evil="$tmp/<script>alert(1)<b>&\"'.pcap"
	cp samples/broken-pipe.pcap "$evil"
	make_page "$evil"
	lacks '<script|<b>&'
	grep -qF '&lt;script&gt;alert(1)&lt;b&gt;&amp;&quot;&#39;.pcap' "$page"
}

@test "a packet comment is never markup" {
	cat >"$tmp/evil.pkt" <<'PKT'
file pcapng
client 10.0.0.5:44000
server 10.0.0.9:80
0 C S comment "<img src=x onerror=alert(1)>"
+0.001 S S.
+0.001 C .
+0.001 S R.
PKT
	"${B:-build}/pktc" "$tmp/evil.pkt" "$tmp/evil.pcap"
	make_page "$tmp/evil.pcap"
	lacks '<img'
	grep -qF '&lt;img' "$page"
}

@test "the page refers to nothing but itself" {
	make_page -a samples/listener-closed.pcap
	lacks '<script|@import|src=|(href|action)="?[a-z]+:/|//[a-z]'
	lacks 'url\([^#]'
	grep -q "default-src 'none'" "$page"
	[ "$(grep -o '<link[^>]*>' "$page")" = '<link rel="icon" href="data:,">' ]
}

@test "with addresses replaced none is left" {
	make_page --anonymize samples/broken-pipe.pcap
	lacks '10\.10\.121\.10'
	lacks 'broken-pipe'
}

@test "from a pipe, which is read once: no ladders, and it is said" {
	"$tcpwhy" --html "$page" - <samples/broken-pipe.pcap
	lacks '<g class="row'
	grep -q 'No ladder here' "$page"
	"$tcpwhy" --html "$page" -n 1 - <samples/broken-pipe.pcap
	grep -q '<g class="row' "$page"
}

@test "a compressed capture is read twice as well" {
	gzip -c samples/broken-pipe.pcap >"$tmp/broken-pipe.pcap.gz"
	make_page "$tmp/broken-pipe.pcap.gz"
	rows_of_page <"$page" >"$tmp/page.rows"
	"$tcpwhy" -n 1 samples/broken-pipe.pcap | rows_of_text >"$tmp/text.rows"
	diff "$tmp/text.rows" "$tmp/page.rows"
}

@test "a filter holds for the ladders too" {
	make_page -f 'tcp[tcpflags] & tcp-push == 0' samples/broken-pipe.pcap
	[ "$(grep -c '<g class="row' "$page")" -gt 1 ]
	lacks 'PSH ACK'
}

@test "a capture that breaks off: status 4, and a page of what was before" {
	head -c 700 samples/broken-pipe.pcap >"$tmp/cut.pcap"
	status=0
	"$tcpwhy" --html "$page" "$tmp/cut.pcap" 2>"$tmp/err" || status=$?
	[ "$status" -eq 4 ]
	grep -q '</html>' "$page"
}

@test "a page that can't be written: status 1, no file" {
	status=0
	"$tcpwhy" --html "$tmp/no/page.html" samples/broken-pipe.pcap \
		2>"$tmp/err" || status=$?
	[ "$status" -eq 1 ]
	grep -q '^tcpwhy: ' "$tmp/err"
}

@test "in a browser: no error, no request, the rows of -n" {
	make_page -n 1 samples/broken-pipe.pcap
	browser --enable-logging=stderr --log-net-log="$tmp/net.json" \
		--dump-dom "file://$page" >"$tmp/dom"
	never grep -i console "$tmp/browser.err"
	grep -q '"url":"file:' "$tmp/net.json" ||
		grep -q '"constants"' "$tmp/net.json"
	# What the browser asks its maker is not the page's.
	grep -oE '"url":"(https?|ftp|wss?)://[^"]*"' "$tmp/net.json" |
		grep -v 'google\|gvt1' >"$tmp/requests" || :
	never [ -s "$tmp/requests" ]
	rows_of_page <"$tmp/dom" >"$tmp/page.rows"
	"$tcpwhy" -n 1 samples/broken-pipe.pcap | rows_of_text >"$tmp/text.rows"
	diff "$tmp/text.rows" "$tmp/page.rows"
}

@test "in a browser: nothing is wider than a telephone or a desk" {
	make_page -a samples/listener-closed.pcap
	for width in 390 1280; do
		# An outer page measures the frame that holds ours.
		cat >"$tmp/frame.html" <<-HTML
		<iframe id=f src="page.html" width=$width height=900></iframe>
		<script>f.onload = () => {
			const d = f.contentDocument.documentElement
			document.title = 'over=' + (d.scrollWidth - d.clientWidth)
		}</script>
		HTML
		browser --allow-file-access-from-files --dump-dom \
			--virtual-time-budget=5000 \
			"file://$tmp/frame.html" >"$tmp/dom"
		grep -o '<title>over=[0-9-]*' "$tmp/dom"
		grep -q '<title>over=0<' "$tmp/dom"
	done
}

@test "in a browser: it prints" {
	make_page samples/broken-pipe.pcap
	browser --print-to-pdf="$tmp/page.pdf" "file://$page"
	[ "$(head -c 5 "$tmp/page.pdf")" = '%PDF-' ]
}
