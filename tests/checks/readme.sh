#!/bin/sh
# Every command that the README shows does what the README shows: each line
# "    $ tcpwhy ..." is run in the top folder, and its output compared with the
# indented lines below it.
# Prints TAP.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
B=$(cd "${B:-build}" && pwd) || exit 1
tap_begin
PATH=$B:$PATH
export PATH LC_ALL=C.UTF-8 TZ=UTC

# Into $work/N.command and $work/N.expected. Blank lines belong to a block if
# indented ones follow.
awk -v work="$work" '
function finish() {
	if (n)
		close(work "/" n ".expected")
	inside = blank = 0
}
/^    \$ (build\/)?tcpwhy/ {
	finish()
	n++
	inside = 1
	sub(/^    \$ (build\/)?/, "")
	print >(work "/" n ".command")
	close(work "/" n ".command")
	printf "" >(work "/" n ".expected")
	next
}
/^    \$ / { finish(); next }
inside && /^    / {
	for (; blank; blank--)
		print "" >(work "/" n ".expected")
	print substr($0, 5) >(work "/" n ".expected")
	next
}
inside && /^$/ { blank++; next }
{ finish() }
END { finish() }' README.md

n=1
while [ -e "$work/$n.command" ]; do
	command=$(cat "$work/$n.command")
	sh -c "$command" >"$work/out" 2>&1
	# A block ends at its last line with text on it.
	sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' "$work/out" >"$work/got"
	diff -u "$work/$n.expected" "$work/got" >"$work/diff"
	tap_case "\$ $command" $? "$work/diff"
	n=$((n + 1))
done
[ $n -gt 1 ]
tap_case "the README shows commands" $?
tap_end
