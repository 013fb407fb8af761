#!/bin/sh
# Habits of the code and its tests that a program can check.
# Prints TAP.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# empty NAME: $work/bad, which lists what is wrong, is empty.
empty() {
	! [ -s "$work/bad" ]
	tap_case "$1" $? "$work/bad"
}

# The shell exempts "! command" from set -e: unless it is the last of its
# function it can't fail a test, where refute (tests/cli/refute.bash) does.
awk '
FNR == 1 { suspect = "" }
suspect != "" && !/^}/ { print suspect }
{ suspect = /^\t+! / && !/\|\|/ ? FILENAME ":" FNR ":" $0 : "" }
' tests/cli/*.bats >"$work/bad"
empty "no test contains a bare negation, which can't fail"

{
	grep -n '\<skip *$' tests/cli/*.bats
	grep -n '\<tap_skip "[^"]*" *$' tests/checks/*.sh
	grep -n '\<skip()' tests/unit/*/*.c
} >"$work/bad"
empty "a skipped test says why"

# A name after tmux -L outlives its server in /tmp.
grep -n 'tmux -L' tests/cli/*.bats tests/checks/screens.sh tests/bench/*.sh \
	>"$work/bad"
empty "tmux has its sockets in a test's own folder"

grep -nE '^typedef (struct|union|enum) [^(]*$' analyzer/*/*.[ch] tui/*.[ch] \
	samples/*.[ch] tests/unit/*.h tests/unit/*/*.c >"$work/bad"
empty "no typedefs of structs"

grep -n '\<stderr\>' analyzer/*/*.c tui/*.c | grep -v '^analyzer/cli/' >"$work/bad"
empty "only analyzer/cli writes to standard error"

wc -l analyzer/*/*.[ch] tui/*.[ch] |
	awk '$1 > 400 && $2 != "total" { print $2 " has " $1 " lines" }' >"$work/bad"
empty "no file is longer than 400 lines"

awk '
FNR == 1 { begin = 0 }
/^{/ { begin = FNR }
/^}/ && begin {
	if (FNR - begin - 1 > 60)
		print FILENAME ":" begin ": a function of " FNR - begin - 1 " lines"
	begin = 0
}' analyzer/*/*.c tui/*.c samples/*.c >"$work/bad"
empty "no function is longer than 60 lines"
tap_end
