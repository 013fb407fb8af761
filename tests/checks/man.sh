#!/bin/sh
# The man page and the shells' completions know the program's options, verdicts
# and columns, all of them and no others.
# Prints TAP.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
tap_begin
page=analyzer/doc/tcpwhy.1
shells=analyzer/doc/completions
export LC_ALL=C

# same NAME: what $work/program and $work/page list is the same.
same() {
	sort -o "$work/program" "$work/program"
	sort -o "$work/page" "$work/page"
	diff -u "$work/program" "$work/page" >"$work/diff" &&
		[ -s "$work/program" ]
	tap_case "$1" $? "$work/diff"
}

# The items of the tagged lists of a section.
items() {
	awk -v section="$1" '
		/^\.Sh / { inside = $0 == ".Sh " section }
		inside && /^\.It / { sub(/^\.It /, ""); print }' "$page"
}

if command -v mandoc >/dev/null; then
	mandoc -T lint -W warning "$page" >"$work/lint" 2>&1
	tap_case "mandoc has no complaint" $? "$work/lint"
else
	tap_skip "mandoc has no complaint" "no mandoc"
fi

# "-t --text", "--log ARG", "-o --output ARG"
"$B/tcpwhy" --help | awk '
	/^  (    |-[A-Za-z], )--/ {
		line = substr($0, 1, 25)
		gsub(/,/, "", line)
		n = split(line, w, " ")
		out = ""
		for (i = 1; i <= n; i++) {
			if (w[i] ~ /^-/)
				out = out (out == "" ? "" : " ") w[i]
			else if (w[i] ~ /^[A-Z]+$/)
				out = out " ARG"
		}
		print out
	}' >"$work/program"
items OPTIONS | awk '{
		argument = sub(/ Ar .*/, "")
		sub(/^Fl /, "")
		n = split($0, w, / , /)
		for (i = 1; i <= n; i++)
			printf "%s-%s", (i > 1 ? " " : ""), w[i]
		print argument ? " ARG" : ""
	}' >"$work/page"
cp "$work/program" "$work/options"
same "the man page has the options of --help"

"$B/tcpwhy" explain | sed -n 's/^  \([a-z_]\{1,\}\) .*/\1/p' >"$work/program"
items VERDICTS | sed 's/^Cm //' >"$work/page"
cp "$work/program" "$work/verdicts"
same "the man page has the verdicts of explain"

"$B/tcpwhy" --csv samples/broken-pipe.pcap | head -n 1 | tr , '\n' \
	>"$work/program"
items COLUMNS | sed 's/^Va //; s/ , /\n/g' >"$work/page"
same "the man page has the columns of the CSV"

sed -n '/struct where_field fields/,/^};/s/^\t{ "\([a-z_]*\)".*/\1/p' \
	analyzer/query/where_field.c >"$work/program"
sed -n '/^Fields are the/,/^Names of Wireshark/p' "$page" >"$work/fields"
sed -n '/^(but not/,/)$/s/^\.Va \([a-z_]*\).*/\1/p' "$work/fields" >"$work/but"
{
	items COLUMNS | sed 's/^Va //; s/ , /\n/g' | grep -vxFf "$work/but"
	sed '/^(but not/,/)$/d' "$work/fields" | sed -n 's/^\.Va //p' |
		sed 's/ ,$//; s/ , /\n/g'
} >"$work/page"
same "the man page has the fields of --where"

sed -n 's/^LIMIT_WORD([A-Z_]*, "\([a-z_]*\)".*/\1/p' analyzer/judge/facts.def \
	>"$work/program"
sed -n '/^\.Va limit/,/\.Pp/s/^\.Cm \(.*\) ) \.$/\1/p' "$page" |
	sed 's/ , /\n/g' >"$work/page"
same "the man page has the words of limit"

# Every option by all of its names, a line each.
names() {
	tr ' ' '\n' <"$work/options" | grep '^-' >"$work/program"
}
names
sed -n "/local options=/,/'\$/p" "$shells/tcpwhy.bash" |
	grep -oE -e '--?[A-Za-z][a-z-]*' >"$work/page"
same "bash knows the options"
names
sed -n "s/^		['*(\"]/ &/p" "$shells/_tcpwhy" | sed 's/\[.*//' |
	grep -oE -e '--?[A-Za-z][a-z-]*' | sort -u >"$work/page"
same "zsh knows the options"
names
grep '^complete -c tcpwhy -[sl] ' "$shells/tcpwhy.fish" |
	grep -oE -e ' -(s [A-Za-z]|l [a-z-]+)' |
	sed 's/ -s /-/; s/ -l /--/' >"$work/page"
same "fish knows the options"

# try SHELL COMMAND: its completions of "tcpwhy explain reset_", sorted.
PATH=$(cd "$B" && pwd):$PATH
export PATH
try() {
	grep '^reset_' "$work/verdicts" >"$work/program"
	if command -v "$1" >/dev/null; then
		"$@" >"$work/page" 2>&1
		same "$1 completes verdicts"
	else
		tap_skip "$1 completes verdicts" "no $1"
	fi
}
try bash --norc -c ". $shells/tcpwhy.bash
	COMP_WORDS=(tcpwhy explain reset_) COMP_CWORD=2
	_tcpwhy; printf '%s\n' \"\${COMPREPLY[@]}\""
try fish --no-config -c ". $shells/tcpwhy.fish
	complete -C 'tcpwhy explain reset_' | string replace -r '\t.*' ''"
if command -v zsh >/dev/null; then
	zsh -n "$shells/_tcpwhy" 2>"$work/err"
	tap_case "zsh reads its completions" $? "$work/err"
else
	tap_skip "zsh reads its completions" "no zsh"
fi
tap_end
