# For scripts that print TAP: sourced, no test of its own.

tap_count=0
tap_failed=0

# tap_begin: what most checks need, the program ($B/tcpwhy) and a folder ($work)
# that goes when they end.
tap_begin() {
	B=${B:-build}
	[ -x "$B/tcpwhy" ] || {
		echo "Bail out! no $B/tcpwhy"
		exit 1
	}
	work=$(mktemp -d) || exit 1
	trap 'rm -rf "$work"' EXIT
}

# tap_case NAME STATUS [FILE]: one result; the file is shown if it is bad.
tap_case() {
	tap_count=$((tap_count + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $tap_count - $1"
		return
	fi
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $1"
	[ -n "${3:-}" ] && sed -n '1,40s/^/# /p' "$3"
	return 0
}

tap_skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# Call at the end: the plan, and the exit status.
tap_end() {
	echo "1..$tap_count"
	[ "$tap_failed" -eq 0 ]
}
