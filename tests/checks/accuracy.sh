#!/bin/sh
# How often tcpwhy is right on the laboratory's corpus: the bounds that it
# promises, and the README's table of it.
# Prints TAP.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
B=${B:-build}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

B=$B samples/lab/accuracy.sh >"$work/all" 2>"$work/err"
tap_case "every vantage point is scored" $? "$work/err"
sed -n '/^all vantage points/,/^ *errnos/p' "$work/all" >"$work/table"

# bound NAME PERCENT [fair]: that row of the table is right (or fair) as often.
bound() {
	awk -v name="$1" -v least="$2" -v fair="${3:-}" '
	$1 == name { found = 1; share = $4 + 0
		if (fair) for (i = 5; i < NF; i++) if ($i == "fair") share += 100 * $(i + 1) / $2
		if (share + 1e-9 < least) bad = 1 }
	END { exit !found || bad }' "$work/table"
}

bound certain 100
tap_case "no certain verdict is wrong" $? "$work/table"
bound likely 95
tap_case "likely verdicts are right 19 times in 20" $? "$work/table"
bound verdict 99 fair
tap_case "verdicts are right, or fair and not certain, in 99 of 100" $? "$work/table"
bound closed_first 99
tap_case "who closed first is right in 99 of 100" $? "$work/table"
bound reset_by 99
tap_case "who reset is right in 99 of 100" $? "$work/table"
bound errnos 99
tap_case "what programs saw is right in 99 of 100" $? "$work/table"

sed -n '/^    \$ make -s accuracy/,/^$/{/^    \$/d;/^$/d;s/^    //;p;}' README.md >"$work/readme"
diff -u "$work/readme" "$work/table" >"$work/diff"
tap_case "the README's table is what make accuracy prints" $? "$work/diff"
tap_end
