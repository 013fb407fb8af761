#!/usr/bin/env bats
# The browser in a real terminal: tmux shows what a person would see, keys are
# sent as a person would press them. Nothing sleeps blindly: each step waits
# until its text is there.

load refute

setup() {
	command -v tmux >/dev/null || skip "no tmux"
	script -qec true /dev/null >/dev/null 2>&1 || skip "no terminal to be had"
	cd "$BATS_TEST_DIRNAME/../.."
	tcpwhy=$PWD/${B:-build}/tcpwhy
	sample=$PWD/samples/broken-pipe.pcap
	tmp=$BATS_TEST_TMPDIR
	export LC_ALL=C.UTF-8
	unset NO_COLOR COLORFGBG TMUX
	export TMUX_TMPDIR=$tmp # a server and a socket of this test's own
	cat >"$tmp/tmux.conf" <<-'CONF'
		set-option -g default-terminal xterm-256color
		set-option -g status off
		set-option -s set-clipboard on
	CONF
}

teardown() {
	[ -n "${held:-}" ] && kill "$held" 2>/dev/null
	in_tmux kill-server 2>/dev/null || true
}

in_tmux() {
	tmux -f "$tmp/tmux.conf" "$@"
}

# A shell of COLS x ROWS in which a person types.
terminal() {
	in_tmux new-session -d -x "$1" -y "$2" \
		"PS1='ready> ' exec bash --norc --noprofile -i"
	in_tmux set-option -g window-size manual
	in_tmux resize-window -x "$1" -y "$2"
	shows 'ready>'
}

type_in() {
	in_tmux send-keys -l "$1"
}

press() {
	in_tmux send-keys "$@"
}

# Runs a command line in the terminal.
run_line() {
	type_in "$1"
	press Enter
}

screen() {
	in_tmux capture-pane -p
}

# True once a command holds; gives up after ten seconds.
eventually() {
	for _ in $(seq 200); do
		"$@" && return 0
		sleep 0.05
	done
	echo "never: $*"
	screen
	return 1
}

has() {
	screen | grep -qF -- "$1"
}

hasnt() {
	! has "$1"
}

shows() {
	eventually has "$1"
}

@test "overview, list, filter, connection, finding, explain, export, quit" {
	terminal 80 24
	run_line "clear; $tcpwhy -a samples/listener-closed.pcap samples/broken-pipe.pcap"
	shows 'How they ended'
	shows '4 connections'
	press a
	shows '1 of 4'
	press f
	type_in 'verdict=reset_data'
	shows '1 of 1'
	press Enter
	press Enter
	shows 'closed first: client'
	shows 'data for a closed'
	press n
	shows 'finding 1 of'
	press x
	shows 'What it means'
	press q
	shows 'closed first: client'
	press e
	shows 'write to connection-'
	press C-u
	type_in "$tmp/one.txt"
	press Enter
	shows '1 connection written'
	grep -q 'data after close' "$tmp/one.txt"
	grep -q 'FIN_WAIT_2' "$tmp/one.txt"
	press q
	shows '1 of 1'
	press e
	shows 'write to tcpwhy.csv'
	press C-u
	type_in "$tmp/list.csv"
	press Enter
	shows '1 connection written'
	[ "$(wc -l <"$tmp/list.csv")" -eq 2 ]
	grep -q '^connection,tcp_stream,' "$tmp/list.csv"
	press q
	shows 'How they ended'
	press q
	shows 'ready>'
	hasnt 'How they ended'
}

@test "the exported list is what --csv writes, and JSON and text" {
	"$tcpwhy" --csv "$sample" >"$tmp/should.csv"
	terminal 80 24
	run_line "$tcpwhy $sample"
	shows 'How they ended'
	press a e
	shows 'write to'
	press C-u
	type_in "$tmp/is.csv"
	press Enter
	shows 'written to'
	cmp "$tmp/should.csv" "$tmp/is.csv"
	press e
	shows 'write to'
	press C-u
	type_in "$tmp/is.json"
	press Enter
	shows 'is.json'
	eventually grep -q '"verdict":"reset_data_after_fin"' "$tmp/is.json"
	press e
	shows 'write to'
	press C-u
	type_in "$tmp/is.txt"
	press Enter
	shows 'is.txt'
	eventually grep -q 'data after close (certain)' "$tmp/is.txt"
}

@test "a file is overwritten only after yes" {
	echo precious >"$tmp/there.csv"
	terminal 80 24
	run_line "$tcpwhy $sample"
	shows 'How they ended'
	press a e
	shows 'write to'
	press C-u
	type_in "$tmp/there.csv"
	press Enter
	shows 'exists: overwrite it?'
	press n
	shows 'is as it was'
	grep -q precious "$tmp/there.csv"
	press e
	shows 'write to'
	press C-u
	type_in "$tmp/there.csv"
	press Enter
	shows 'exists: overwrite it?'
	press y
	shows 'written to'
	refute grep -q precious "$tmp/there.csv"
}

@test "a file that can't be written is said to be so" {
	terminal 80 24
	run_line "$tcpwhy $sample"
	shows 'How they ended'
	press a e
	shows 'write to'
	press C-u
	type_in "$tmp/no/such/folder.csv"
	press Enter
	shows 'No such file or directory'
}

@test "the window is resized at any time" {
	terminal 80 24
	run_line "$tcpwhy $sample"
	shows 'How they ended'
	in_tmux resize-window -x 50 -y 12
	shows 'tcpwhy needs 60 x 15 cells; this is 50 x 12'
	in_tmux resize-window -x 60 -y 15
	shows 'How they ended'
	press Enter Enter
	shows 'SYN_SENT'
	in_tmux resize-window -x 120 -y 40
	shows 'reset by: client'
	in_tmux resize-window -x 1 -y 1
	in_tmux resize-window -x 100 -y 30
	shows 'reset by: client'
	press Q
	shows 'ready>'
}

@test "a capture on standard input: the keys come from the terminal" {
	terminal 80 24
	run_line "cat $sample | $tcpwhy -"
	shows 'standard input'
	shows 'How they ended'
	press Enter
	shows '1 of 1'
	press Enter
	shows 'FIN_WAIT_2'
	shows 'data for a closed'
	press Q
	shows 'ready>'
	run_line "clear; $tcpwhy <$sample"
	shows 'How they ended'
	press Enter Enter
	shows 'FIN_WAIT_2'
}

# Holds a pipe open behind a capture that has come to no end.
endless() {
	mkfifo "$tmp/pipe"
	(cat "$sample" && exec sleep 300) >"$tmp/pipe" &
	held=$!
}

@test "what was read can be read while more is to come, and Esc stops it" {
	endless
	terminal 80 24
	run_line "$tcpwhy $tmp/pipe; echo status \$?"
	shows 'reading'
	shows '9 packets'
	shows 'data after close'
	press Enter
	shows '1 of 1'
	press Enter
	shows 'FIN_WAIT_2'
	press q
	shows '1 of 1'
	press '?' q
	shows '1 of 1'
	has 'reading'
	press S
	shows 'stopped: this is what was read up to now'
	press Q
	shows 'status 0'
}

@test "q quits while a pipe keeps it waiting" {
	endless
	terminal 80 24
	run_line "$tcpwhy $tmp/pipe; echo status \$?"
	shows '9 packets'
	press q
	shows 'status 0'
}

@test "a capture that breaks off: status 4, and the reason when it is over" {
	head -c 700 "$sample" >"$tmp/cut.pcap"
	terminal 80 24
	run_line "$tcpwhy $tmp/cut.pcap; echo status \$?"
	shows 'How they ended'
	press q
	shows 'status 4'
	has "tcpwhy: $tmp/cut.pcap:" || has 'cut.pcap:'
}

# The terminal after the program: its main screen, its modes.
restored() {
	shows "$1"
	hasnt 'How they ended'
	run_line 'clear; stty -a'
	shows 'speed'
	screen | grep -qw icanon
	screen | grep -qw isig && screen | grep -qw echo
}

@test "the terminal is restored after q" {
	terminal 80 24
	run_line "echo kept; $tcpwhy $sample; echo over"
	shows 'How they ended'
	press q
	shows kept
	restored over
}

@test "the terminal is restored after signals and crashes" {
	for signal in TERM HUP INT SEGV ABRT BUS USR1 XCPU QUIT; do
		TMUX_TMPDIR=$tmp/$signal
		mkdir "$TMUX_TMPDIR"
		terminal 80 50 # room for what a sanitizer says of a crash
		run_line "echo kept; $tcpwhy $sample; echo over"
		shows 'How they ended'
		shell=$(in_tmux display-message -p '#{pane_pid}')
		kill -s "$signal" "$(pgrep -P "$shell")"
		shows kept
		restored over
		in_tmux kill-server
	done
}

@test "Ctrl-C quits, Ctrl-Z suspends and fg comes back" {
	terminal 80 24
	run_line "$tcpwhy $sample"
	shows 'How they ended'
	press C-z
	shows 'Stopped'
	hasnt 'How they ended'
	run_line 'fg'
	shows 'How they ended'
	press Enter
	shows '1 of 1'
	press C-l
	shows '1 of 1'
	press C-c
	shows 'ready>'
	hasnt '1 of 1'
}

@test "ASCII by --ascii and by locale" {
	terminal 80 24
	for line in "$tcpwhy --ascii $sample" "LC_ALL=C $tcpwhy $sample"; do
		run_line "clear; $line"
		shows 'How they ended'
		screen | refute env LC_ALL=C grep -q '[^ -~]'
		press Enter Enter
		shows 'RST ===='
		screen | refute env LC_ALL=C grep -q '[^ -~]'
		press Q
		shows 'ready>'
	done
}

@test "colours: 256, NO_COLOR and a monochrome terminal" {
	terminal 80 24
	run_line "clear; $tcpwhy $sample"
	shows 'How they ended'
	in_tmux capture-pane -p -e | grep -q '38;5;'
	press Q
	shows 'ready>'
	for line in "NO_COLOR=1 $tcpwhy" "$tcpwhy --color never" "TERM=vt100 $tcpwhy"; do
		run_line "clear; $line $sample"
		shows 'How they ended'
		in_tmux capture-pane -p -e | refute grep -qE '\[[0-9;]*(3[0-7]|4[0-7]|38;5)[;m]'
		press Q
		shows 'ready>'
	done
}

@test "a click selects a row, a second one opens it, the wheel scrolls" {
	terminal 80 24
	run_line "$tcpwhy -a samples/listener-closed.pcap"
	shows 'How they ended'
	press a
	shows '1 of 3'
	# Column ten of the third row, the way xterm reports it.
	type_in "$(printf '\033[<0;10;5M\033[<0;10;5m')"
	shows '3 of 3'
	type_in "$(printf '\033[<64;10;5M')"
	shows '1 of 3'
	type_in "$(printf '\033[<0;10;5M\033[<0;10;5m')"
	shows '3 of 3'
	type_in "$(printf '\033[<0;10;5M\033[<0;10;5m')"
	shows 'closed first'
}

@test "--no-mouse leaves the mouse to the terminal" {
	terminal 80 24
	run_line "$tcpwhy --no-mouse $sample"
	shows 'How they ended'
	[ "$(in_tmux display-message -p '#{mouse_any_flag}')" = 0 ]
	press Q
	shows 'ready>'
	run_line "$tcpwhy $sample"
	shows 'How they ended'
	[ "$(in_tmux display-message -p '#{mouse_any_flag}')" = 1 ]
}

@test "w shows the Wireshark filter and hands it to the clipboard" {
	terminal 80 24
	run_line "$tcpwhy $sample"
	shows 'How they ended'
	press Enter w
	shows 'tcp.stream eq 0  (copied, if'
	eventually in_tmux show-buffer
	[ "$(in_tmux show-buffer)" = 'tcp.stream eq 0' ]
}

@test "help lists the keys of the view" {
	terminal 80 24
	run_line "$tcpwhy $sample"
	shows 'How they ended'
	press '?'
	shows 'Keys of the overview'
	press q Enter F1
	shows 'Keys of the list'
}

@test "without a controlling terminal it says so" {
	command -v setsid >/dev/null || skip "no setsid"
	terminal 80 24
	run_line "setsid -w $tcpwhy $sample; echo status \$?"
	shows 'tcpwhy: there is no terminal'
	shows 'status 1'
}

# A disk of 64 KiB of its own at $tmp/disk; OPTION: of mount.
small_disk() { # [OPTION]
	[ "$(id -u)" -eq 0 ] || skip "a small disk: not root"
	mkdir -p "$tmp/disk"
	unshare -m true 2>/dev/null || skip "a small disk: no namespace"
}

# Runs a command line where $tmp/disk is that disk.
run_on_disk() { # OPTIONS COMMAND
	run_line "clear; unshare -m sh -c 'mount -t tmpfs -o $1 tcpwhy $tmp/disk && $2'; echo status \$?"
}

@test "a pipe that the disk has no room for: what was before is shown, and said" {
	small_disk
	python3 - "$sample" >"$tmp/large.pcap" <<-'END'
		import struct, sys
		d = open(sys.argv[1], 'rb').read()
		sys.stdout.buffer.write(d)
		for i in range(20000):
		    sys.stdout.buffer.write(struct.pack('<IIII', 1800000000 + i, 0, 60, 60) + bytes(60))
	END
	mkfifo "$tmp/pipe"
	(cat "$tmp/large.pcap" >"$tmp/pipe" 2>/dev/null) &
	held=$!
	terminal 100 30
	run_on_disk size=64k "TMPDIR=$tmp/disk $tcpwhy $tmp/pipe"
	shows 'How they ended'
	shows 'No space left on device'
	press q
	shows 'status 4'
	shows 'temporary file: No space left on device'
}

@test "a folder for the pipe that is read-only is said: status 1" {
	small_disk
	mkfifo "$tmp/pipe"
	(cat "$sample" >"$tmp/pipe" 2>/dev/null) &
	held=$!
	terminal 100 30
	run_on_disk ro "TMPDIR=$tmp/disk $tcpwhy $tmp/pipe"
	shows 'status 1'
	shows 'Read-only file system'
}
