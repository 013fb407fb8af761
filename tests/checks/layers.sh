#!/bin/sh
# The layers are the folders: a file includes and calls only what is in its own
# room and those before it, each third-party header has one door, and what
# stands between a frame and a record is pure.
# Prints TAP.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
B=${B:-build}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# The rooms, in the order of a packet's way.
rooms='base read decode track judge analysis query report tui cli'

# room FILE; above A B: true if a file in room A may use one in room B.
cat >"$work/rooms.awk" <<'AWK'
BEGIN {
	n = split(rooms, name, " ")
	for (i = 1; i <= n; i++)
		place[name[i]] = i
}
function room(file) {
	sub(/\/[^\/]*$/, "", file)
	sub(/^.*\//, "", file)
	return file
}
function may(user, used) {
	return place[room(used)] <= place[room(user)]
}
AWK

cat >"$work/homeless.awk" <<'AWK'
!(room($1) in place) { print $1 " is in no room of tests/checks/layers.sh" }
AWK
cat >"$work/include.awk" <<'AWK'
!may($1, $2) { print $1 " includes " $2 }
AWK
cat >"$work/circle.awk" <<'AWK'
{ uses[$1] = uses[$1] " " $2 }
# Marks what is reached from m.
function reach(m, used, k, i) {
	k = split(uses[m], used, " ")
	for (i = 1; i <= k; i++) {
		if (used[i] in reached)
			continue
		reached[used[i]]
		reach(used[i])
	}
}
END {
	for (m in uses) {
		split("", reached)
		reach(m)
		if (m in reached)
			print m " is part of a circle; it uses" uses[m]
	}
}
AWK
cat >"$work/module.awk" <<'AWK'
# From files that include headers to modules that use modules. A module is a
# .c file with the header of the same name. A header without one that includes
# the header after which it is named (analysis_own.h: analysis.h) is that
# module's second, for the module's other files.
function stem(file) {
	sub(/\.[ch]$/, "", file)
	return file
}
function module(file, m, owner) {
	m = owner = stem(file)
	while (!(m in source) && sub(/_[a-z0-9]*$/, "", owner))
		if ((m ".h", owner ".h") in includes)
			return owner
	return m
}
FNR == NR { if (/\.c$/) source[stem($1)]; next }
{ includes[$1, $2]; from[++n] = $1; to[n] = $2 }
END {
	for (i = 1; i <= n; i++) {
		a = module(from[i])
		b = module(to[i])
		if (a != b && !seen[a, b]++)
			print a, b
	}
}
AWK
cat >"$work/call.awk" <<'AWK'
$2 == "D" { home[$3] = $1 }
$2 == "U" { from[++n] = $1; symbol[n] = $3 }
END {
	for (i = 1; i <= n; i++) {
		if (symbol[i] in home && !may(from[i], home[symbol[i]]))
			print from[i] " uses " symbol[i] " of " home[symbol[i]]
	}
}
AWK
rules() { # SCRIPT INPUT: awk with the rooms known
	awk -v rooms="$rooms" -f "$work/rooms.awk" -f "$work/$1" "$2" |
		sort >"$work/bad"
	! [ -s "$work/bad" ]
}

ls analyzer/*.[ch] analyzer/*/*.[ch] tui/*.[ch] 2>/dev/null >"$work/files"
rules homeless.awk "$work/files"
tap_case "every file is in a room" $? "$work/bad"

# FILE HEADER for every include of a header of our own.
while read -r file; do
	sed -n 's/^ *# *include "\([^"]*\)".*/\1/p' "$file" |
		while read -r header; do
			case $header in
			tui/*) echo "$file $header" ;;
			*/*) echo "$file analyzer/$header" ;;
			*) echo "$file ${file%/*}/$header" ;;
			esac
		done
done <"$work/files" >"$work/includes"
rules include.awk "$work/includes"
tap_case "a file includes only from its own room and those before it" $? \
	"$work/bad"

awk '{ print $2 }' "$work/includes" | sort -u |
	while read -r header; do [ -e "$header" ] || echo "no $header"; done \
	>"$work/bad"
! [ -s "$work/bad" ]
tap_case "every include names its room" $? "$work/bad"

# The compiler of samples has no rooms, but an order, too.
ls samples/*.[ch] >>"$work/files"
for file in samples/*.[ch]; do
	sed -n "s|^ *# *include \"\\([^/\"]*\\)\".*|$file samples/\\1|p" "$file"
done >>"$work/includes"
awk -f "$work/module.awk" "$work/files" "$work/includes" >"$work/modules"
rules circle.awk "$work/modules"
tap_case "modules use one another in one order" $? "$work/bad"

# OBJECT D|U|V SYMBOL: D for what it defines and others may use, U for what it
# uses, V for a variable (tables of constants stand in other sections).
T=$B
[ -d "$B/tested" ] && T=$B/tested
for object in "$T"/analyzer/*/*.o "$T"/tui/*.o; do
	source=${object#"$T"/}
	[ -e "${source%.o}.c" ] || continue # moved since it was built
	nm -f sysv "$object" | tr -d ' ' | awk -F'|' -v o="${object#"$T"/}" '
		$3 ~ /^[TDRBC]$/ { print o, "D", $1 }
		$3 == "U" { print o, "U", $1 }
		$7 ~ /^\.(t?data|t?bss)$|COM/ { print o, "V", $1 }'
done >"$work/symbols"
rules call.awk "$work/symbols"
tap_case "a file calls only what is in its own room and those before it" $? \
	"$work/bad"

doors() { # HEADER-PATTERN NAME: at most one file includes it
	grep -lE "^ *# *include *[<\"]($1)[>\"]" analyzer/*/*.[ch] tui/*.[ch] \
		>"$work/bad" 2>/dev/null
	[ "$(wc -l <"$work/bad")" -le 1 ]
	tap_case "$2 has one door" $? "$work/bad"
}
doors 'pcap(/.*)?\.h' libpcap
doors 'csv\.h' libcsv
doors '(ncursesw?/)?n?curses\.h' ncurses
for library in zlib 'zstd(_.*)?' 'lz4(frame)?' lzma bzlib; do
	doors "$library\\.h" "$library.h"
done
doors '(json-c/.*|json)\.h' json-c
doors 'seccomp\.h' libseccomp

if grep -q '__asan_\|__ubsan_' "$work/symbols"; then
	tap_skip "frame to record is pure" "objects of a sanitizer build"
else
	cat >"$work/pure.awk" <<'AWK'
room($1) ~ /^(decode|track|judge|analysis)$/ {
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
