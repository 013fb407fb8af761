#!/bin/sh
# analyzer/doc/vocabulary.md has the program's verdicts, words of confidence and
# columns, in the program's order and with the program's texts.
#
#   tests/checks/vocabulary.sh           test
#   tests/checks/vocabulary.sh --bless   write its table of verdicts anew
#
# Prints TAP.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
B=${B:-build}
page=analyzer/doc/vocabulary.md
[ -x "$B/tcpwhy" ] || {
	echo "Bail out! no $B/tcpwhy"
	exit 1
}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8

# The rows of the table in a section.
rows() {
	awk -v section="## $1" '/^## / { inside = $0 == section }
		inside && /^\| (`[a-z_]+`|[0-9]) \|/' "$page"
}
first_cells() {
	rows "$1" | sed 's/^| `\{0,1\}\([a-z0-9_]*\).*/\1/'
}
same() { # NAME: $work/program and $work/page
	diff -u "$work/program" "$work/page" >"$work/diff" &&
		[ -s "$work/program" ]
	tap_case "$1" $? "$work/diff"
}

# "  name   text", long texts go on in the next line.
"$B/tcpwhy" explain | awk '
	function row() { if (name != "") print "| `" name "` | " text " |" }
	/^  [a-z_]+ / { row(); name = $1; text = $0; sub(/^ +[a-z_]+ +/, "", text); next }
	/^   +[^ ]/ { sub(/^ +/, ""); text = text " " $0; next }
	{ row(); name = "" }
	END { row() }' >"$work/program"

if [ "${1:-}" = --bless ]; then
	awk -v rows="$work/program" '
		/^## / { inside = $0 == "## Verdicts" }
		inside && /^\| `/ { next }
		{ print }
		inside && /^\|---/ { while ((getline line <rows) > 0) print line }
	' "$page" >"$work/new" && [ -s "$work/program" ] || exit 1
	cmp -s "$work/new" "$page" || cp "$work/new" "$page"
	exit
fi

rows Verdicts >"$work/page"
same "its verdicts are those of tcpwhy explain"

"$B/tcpwhy" --csv samples/broken-pipe.pcap | head -n 1 | tr , '\n' \
	>"$work/program"
first_cells Columns >"$work/page"
same "its columns are those of CSV, in their order"

sed -n '/"confidence": {/,/\]/s/^ *"\([a-z]*\)",\{0,1\}$/\1/p' \
	analyzer/doc/connection.schema.json >"$work/program"
first_cells Confidence >"$work/page"
same "its words of confidence are those of JSON's schema"

sed -n '/^\.Sh EXIT STATUS/,/^\.El/s/^\.It //p' analyzer/doc/tcpwhy.1 \
	>"$work/program"
first_cells "Exit status" >"$work/page"
same "its exit statuses are those of the man page"
tap_end
