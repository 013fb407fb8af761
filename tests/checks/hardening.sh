#!/bin/sh
# The program that is installed was compiled with what hinders the use of a
# fault in a decoder, as the ELF file itself says. A sanitizer's build is not
# installed, and has none of this.
# Prints TAP.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
B=${B:-build}
program=$B/tcpwhy
[ -x "$program" ] || {
	echo "Bail out! no $program"
	exit 1
}
case $B in
*san-*)
	tap_skip "the program is hardened" "built with a sanitizer"
	tap_end
	exit
	;;
esac
command -v readelf >/dev/null || {
	tap_skip "the program is hardened" "no readelf (binutils)"
	tap_end
	exit
}
elf=$(mktemp) || exit 1
trap 'rm -f "$elf"' EXIT
readelf -W --file-header --program-headers --dynamic --dyn-syms "$program" >"$elf"

# What it is, and the line that says so.
has() { # NAME PATTERN
	grep -Eq "$2" "$elf"
	tap_case "$1" $?
}

has "it is loaded at an address that nobody knows (PIE)" '\(FLAGS_1\).* PIE'
has "what the loader fills in can't be written later (RELRO)" 'GNU_RELRO'
has "and all of it is filled in at the start (BIND_NOW)" '\(FLAGS\).*BIND_NOW|\(FLAGS_1\).* NOW'
has "the stack can't be executed" 'GNU_STACK .* RW +0x'
has "an overwritten stack is noticed before a function returns" ' __stack_chk_fail@'
has "calls that overrun a buffer of known size end the program" ' __(mem|str|[a-z]*printf|[a-z]*read)[a-z]*_chk@'
! grep -Eq 'LOAD .* R?WE ' "$elf"
tap_case "no memory is both written and executed" $?
tap_end
