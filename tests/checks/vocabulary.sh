#!/bin/sh
# analyzer/doc/vocabulary.md has the program's columns, words of confidence and
# exit statuses, in the program's order. verdicts.sh sees to its verdicts.
# Prints TAP.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
tap_begin
page=analyzer/doc/vocabulary.md
export LC_ALL=C.UTF-8

# The first cells of the table in a section.
first_cells() {
	awk -v section="## $1" '/^## / { inside = $0 == section }
		inside && /^\| (`[a-z_]+`|[0-9]) \|/' "$page" |
		sed 's/^| `\{0,1\}\([a-z0-9_]*\).*/\1/'
}
same() { # NAME: $work/program and $work/page
	diff -u "$work/program" "$work/page" >"$work/diff" &&
		[ -s "$work/program" ]
	tap_case "$1" $? "$work/diff"
}

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
