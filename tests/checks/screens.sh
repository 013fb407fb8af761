#!/bin/sh
# The browser's three main screens as text, from a real run in a real terminal:
# for the README, and to look at.
#
#   tests/screens.sh [CAPTURE]...

cd "$(dirname "$0")/../.." || exit 1
tcpwhy=$PWD/${B:-build}/tcpwhy
[ $# -gt 0 ] || set -- samples/unread-upload-window-reopens.pcap
work=$(mktemp -d) || exit 1
export LC_ALL=C.UTF-8
unset TMUX NO_COLOR

export TMUX_TMPDIR=$work
in_tmux() {
	tmux -f /dev/null "$@"
}
trap 'in_tmux kill-server 2>/dev/null; rm -rf "$work"' EXIT INT TERM

# Waits until the text is there, and all of the screen with it: twice the same.
shows() {
	for _ in $(seq 200); do
		in_tmux capture-pane -p >"$work/now"
		grep -qF -- "$1" "$work/now" &&
			cmp -s "$work/now" "$work/before" && return 0
		mv "$work/now" "$work/before"
		sleep 0.05
	done
	echo "screens.sh: \"$1\" never came" >&2
	exit 1
}

# Several empty lines become one.
show() {
	echo "$1"
	echo
	sed 's/^/    /; s/ *$//' "$work/now" | cat -s
	echo
}

in_tmux new-session -d -x 80 -y 24 "$tcpwhy $*"
in_tmux set-option -g status off
in_tmux set-option -g window-size manual
in_tmux resize-window -x 80 -y 24
shows 'How they ended'
show Overview
in_tmux send-keys a
shows verdict
show List
in_tmux send-keys Enter
shows 'frame '
show Connection
