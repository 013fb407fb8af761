#!/bin/sh
# The verdicts that README, vocabulary, man page and schema list are those of the program's
# table, in its order and words.
# Prints TAP.
#
#   tests/checks/verdicts.sh           test
#   tests/checks/verdicts.sh --bless   write the lists anew

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
tap_begin
export LC_ALL=C

# "NAME GIST", a line each.
"$B/tcpwhy" explain | awk '
	function finish() { if (line != "") print line; line = "" }
	/^  [a-z]/ { finish(); line = $1; $1 = ""; line = line $0; next }
	/^   / && line != "" { $1 = $1; line = line " " $0; next }
	{ finish() }' >"$work/verdicts"

# What each list has to be.
sed 's/\([^ ]*\) \(.*\)/| `\1` | \2 |/' "$work/verdicts" >"$work/README.md"
cp "$work/README.md" "$work/vocabulary.md"
awk '{
	print ".It Cm " $1
	$1 = ""
	print toupper(substr($0, 2, 1)) substr($0, 3) "."
}' "$work/verdicts" | fold -s -w 80 | sed 's/ $//' >"$work/tcpwhy.1"
awk '{ print "        \"" $1 "\""; }' "$work/verdicts" | sed '$!s/$/,/' \
	>"$work/connection.schema.json"

# list FILE END START...: the list begins behind the line that begins with the
# last START, each sought behind the one before, and ends at the next line that
# begins with END ("": at a blank line). Checks it, or writes it anew.
list() {
	file=$1 name=${1##*/} end=$2
	shift 2
	printf '%s\n' "$@" >"$work/starts"
	awk -v new="$work/$name" -v end="$end" '
		FILENAME != ARGV[2] { start[++n] = $0; next }
		inside { inside = end == "" ? $0 != "" : index($0, end) != 1 }
		!inside { print }
		at < n && index($0, start[at + 1]) == 1 && ++at == n {
			inside = 1
			while ((getline line <new) > 0)
				print line
		}' "$work/starts" "$file" >"$work/whole"
	if [ "$bless" ]; then
		cat "$work/whole" >"$file"
		return
	fi
	diff -u "$file" "$work/whole" >"$work/diff" &&
		grep -q unknown "$work/whole"
	tap_case "$name lists the verdicts of the table" $? "$work/diff"
}

bless=
[ "$1" = --bless ] && bless=yes
list README.md '' '## What it says' '|---|'
list analyzer/doc/vocabulary.md '' '## Verdicts' '|---|'
list analyzer/doc/tcpwhy.1 .El '.Sh VERDICTS' .Bl
list analyzer/doc/connection.schema.json '      ]' '  "definitions"' \
	'    "verdict"' '      "enum"'
[ "$bless" ] || tap_end
