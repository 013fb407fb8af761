#!/bin/sh
# analyzer/doc/vocabulary.md has the program's columns, words of confidence, exit
# statuses and findings, in the program's order. verdicts.sh sees to its verdicts.
# Prints TAP.
#
#   tests/checks/vocabulary.sh           test
#   tests/checks/vocabulary.sh --bless   write the table of findings anew

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

# The rows of facts.def that reports show, with X and Y for the sides.
awk -F'"' '
	/^(REPORTED|LIMIT_WORD)\(/ {
		role = "limit"
		if (match($0, /ROLE_[A-Z]+/))
			role = tolower(substr($0, RSTART + 5, RLENGTH - 5))
		name = $2
		getline
		text = $2
		gsub(/(the )?\{S\}/, "X", text)
		gsub(/(the )?\{O\}/, "Y", text)
		text = filled(text)
		print "| `" name "` | " role " | " text " |"
	}
	function filled(s,   out, word) {
		while (match(s, /\{[ab][^}]*\}/)) {
			word = substr(s, RSTART + 2, RLENGTH - 3)
			out = out substr(s, 1, RSTART - 1) \
				(word == "" ? "N" : word == ":t" ? "T" : \
				word == ":i" ? "…" : word == ":k" ? "…" : "N" word "s")
			s = substr(s, RSTART + RLENGTH)
		}
		return out s
	}' analyzer/judge/facts.def >"$work/findings"
awk -v new="$work/findings" '
	inside && !/^\|/ { inside = 0 }
	!inside { print }
	/^## / { section = $0 }
	section == "## Findings" && /^\|---/ && !done {
		while ((getline line <new) > 0) print line
		inside = done = 1
	}' "$page" >"$work/whole"
if [ "$1" = --bless ]; then
	cat "$work/whole" >"$page"
	exit
fi
diff -u "$page" "$work/whole" >"$work/diff" && [ -s "$work/findings" ]
tap_case "its findings are those of the facts, in their order" $? "$work/diff"

grep -ohE '(ROLE_[A-Z]+|role), "[a-z_]+"|\.rule = "[a-z_]+"' analyzer/query/*.c |
	sed 's/.*"\(.*\)"/\1/' | sort -u >"$work/program"
first_cells "Findings of two captures and of records" | sort >"$work/page"
same "so are those of two captures and of records"

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
