#!/bin/sh
# The program without shared libraries: small, without traces of where it was
# built, and the same bytes when it is built elsewhere.
# Prints TAP.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
tap_begin
if [ -z "${STATIC:-}" ]; then
	tap_skip "a static program" "make check-static tries it"
	tap_end
	exit
fi

readelf -ld "$B/tcpwhy" >"$work/bad"
! grep -q "INTERP\|(NEEDED)" "$work/bad"
tap_case "needs no shared library" $? "$work/bad"

wc -c <"$B/tcpwhy" >"$work/bad"
[ "$(cat "$work/bad")" -lt 5000000 ]
tap_case "has less than 5 MB" $? "$work/bad"

strings "$B/tcpwhy" | grep -F "$(pwd)" >"$work/bad"
[ $? -eq 1 ]
tap_case "does not say where it was built" $? "$work/bad"

mkdir -p "$work/elsewhere/$B"
cp -R GNUmakefile analyzer tui samples tests "$work/elsewhere"
cp "$B/libpcap.a" "$work/elsewhere/$B"
(
	unset MAKEFLAGS MFLAGS MAKELEVEL B
	make -C "$work/elsewhere" static
) >"$work/bad" 2>&1 && cmp "$B/tcpwhy" "$work/elsewhere/$B/tcpwhy" >>"$work/bad" 2>&1
tap_case "is the same when it is built elsewhere" $? "$work/bad"
tap_end
