#!/bin/sh
# Modules keep their places: a module includes and calls only what stands to
# its left, each third-party header has one door, and what stands between a
# frame and a record is pure.
# Prints TAP.

cd "$(dirname "$0")/.." || exit 1
. tests/tap.sh
B=${B:-build}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# From left to right. "x*" is x and the x_... that belong to it. What only
# reads or writes files (files) and the command itself (main) stand outside.
cat >"$work/places" <<'PLACES'
1 pages blocks bytes names seq addr side stack text frame units timers printable community anonymize version
2 layer link ether wlan ip tcp tcp_options icmp tunnel plain
3 packet
4 endpoint
5 flow flow_table flow_end flow_reuse flow_state trail ordinary opening rst zeek
6 evidence* groups findings
7 verdict* apperr
8 analysis* decide decide_record jobs judge outcome
9 report* timeline* where* explain errwords logline* ranking clusters* pair*
10 tui/
files capture pcaplib source input pump unpack feed fault ticks section pcapfile pcapng output
main main options choose message progress sandbox stream
PLACES

# Headers that hold what one stage hands to the next: plain data, for all.
records=' packet.h apperr.h evidence.h verdict.h analysis.h frame.h '

cat >"$work/place.awk" <<'AWK'
FILENAME ~ /places$/ {
	for (i = 2; i <= NF; i++)
		place[$i] = $1
	next
}
function place_of(file,    name, family) {
	if (file ~ /^tui\//)
		return place["tui/"]
	name = file
	sub(/.*\//, "", name)
	sub(/\.[cho]$/, "", name)
	if (name in place)
		return place[name]
	family = name
	sub(/_.*/, "", family)
	return place[family "*"]
}
# True if a file in place a may use one in place b.
function may(a, b) {
	if (a == b || a == "main")
		return 1
	if (b == "main")
		return 0
	if (a == "files")
		return b == 1
	if (b == "files")
		return a == 10
	return a + 0 > b + 0
}
AWK

# FILE HEADER for every include of a header of our own.
includes() {
	for file in analyzer/*.[ch] tui/*.[ch]; do
		[ -e "$file" ] || continue
		sed -n 's/^#include "\([^"]*\)".*/\1/p' "$file" |
			while read -r header; do
				for room in analyzer tui; do
					[ -e "$room/$header" ] &&
						echo "$file $room/$header"
				done
			done
	done
}

cat >"$work/homeless.awk" <<'AWK'
FILENAME !~ /places$/ && place_of($1) == "" {
	print $1 " has no place in tests/layers.sh"
}
AWK
cat >"$work/include.awk" <<'AWK'
FILENAME !~ /places$/ {
	header = $2
	sub(/.*\//, "", header)
	if (index(records, " " header " ") && $2 !~ /^tui/)
		next
	if (!may(place_of($1), place_of($2)))
		print $1 " includes " header
}
AWK
cat >"$work/call.awk" <<'AWK'
FILENAME !~ /places$/ && $2 == "D" { home[$3] = $1 }
FILENAME !~ /places$/ && $2 == "U" { from[++n] = $1; symbol[n] = $3 }
END {
	for (i = 1; i <= n; i++) {
		if (symbol[i] in home && home[symbol[i]] != from[i] &&
		    !may(place_of(from[i]), place_of(home[symbol[i]])))
			print from[i] " uses " symbol[i] " of " home[symbol[i]]
	}
}
AWK
rules() { # SCRIPT [INPUT]: awk with the places known
	awk -v records="$records" -f "$work/place.awk" -f "$work/$1" \
		"$work/places" "$2" >"$work/bad"
	! [ -s "$work/bad" ]
}

ls analyzer/*.[ch] tui/*.[ch] >"$work/files"
rules homeless.awk "$work/files"
tap_case "every module has a place" $? "$work/bad"

includes >"$work/includes"
rules include.awk "$work/includes"
tap_case "a module includes only what stands to its left" $? "$work/bad"

# OBJECT D|U|V SYMBOL: D for what it defines and others may use, U for what it
# uses, V for a variable (tables of constants stand in other sections).
for object in "$B"/analyzer/*.o "$B"/tui/*.o; do
	[ -e "$object" ] || continue
	nm -f sysv "$object" | tr -d ' ' | awk -F'|' -v o="${object#"$B"/}" '
		$3 ~ /^[TDRBC]$/ { print o, "D", $1 }
		$3 == "U" { print o, "U", $1 }
		$7 ~ /^\.(t?data|t?bss)$|COM/ { print o, "V", $1 }'
done >"$work/symbols"
rules call.awk "$work/symbols"
tap_case "a module calls only what stands to its left" $? "$work/bad"

doors() { # HEADER-PATTERN NAME: at most one file includes it
	grep -lE "^ *# *include *[<\"]($1)[>\"]" analyzer/*.[ch] tui/*.[ch] \
		>"$work/bad" 2>/dev/null
	[ "$(wc -l <"$work/bad")" -le 1 ]
	tap_case "$2 has one door" $? "$work/bad"
}
doors 'pcap(/.*)?\.h' libpcap
doors 'csv\.h' libcsv
doors '(ncursesw?/)?n?curses\.h' ncurses
doors 'zlib\.h|zstd\.h|lz4(frame)?\.h' "decompression"
doors '(json-c/.*|json)\.h' json-c
doors 'seccomp\.h' libseccomp

if grep -q '__asan_\|__ubsan_' "$work/symbols"; then
	tap_skip "frame to record is pure" "objects of a sanitizer build"
else
	cat >"$work/pure.awk" <<'AWK'
FILENAME !~ /places$/ {
	p = place_of($1)
	if (p !~ /^[1-8]$/)
		next
	if ($2 == "V")
		print $1 " has the variable " $3
	if ($2 == "U" && $3 ~ /^(f?open|fopen64|v?f?printf|__v?f?printf_chk|f?puts|fwrite|write|read|exit|abort|time|clock|gettimeofday|clock_gettime|localtime(_r)?|getenv|setlocale|rand|random|stderr|stdout|stdin)$/)
		print $1 " calls " $3
	if ($2 == "U" && $3 ~ /^(v?sprintf|strcpy|strcat|strtok|gets)$/)
		print $1 " calls " $3
}
AWK
	rules pure.awk "$work/symbols"
	tap_case "from frame to record: no input, output, clock, variable" $? \
		"$work/bad"
fi
tap_end
