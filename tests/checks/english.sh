#!/bin/sh
# What people read says what it means: none of the words that only this project
# understands, and no reference to what isn't in the repository.
# Prints TAP.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
tap_begin
export LC_ALL=C.UTF-8

# Private words, and what to say: eventful (abnormal), told (said, reported),
# nobody's (name who), settle (to be sure), good-bye (close_notify), a stack's
# answer (the kernel's answer), without a word (without sending anything),
# closed off (decided early), turned round (negated).
private="eventful|uneventful|told|untold|nobody's|nobody takes|good-bye|settles?\
|stack's answer|without a word|closed off|in silence|turned round|whoever"

# free_of NAME FILE: no private word in it.
free_of() {
	grep -nwiE "$private" "$2" >"$work/bad"
	[ $? -eq 1 ] && [ -s "$2" ]
	tap_case "$1: no private words" $? "$work/bad"
}

# All of the program's texts, as the compiler put them together.
objcopy -O binary --only-section=.rodata "$B/tcpwhy" "$work/rodata"
strings -n 4 "$work/rodata" >"$work/texts"
case $B in
*san-*) tap_skip "the program's texts: no private words" \
	"a sanitizer's texts name variables" ;;
*) free_of "the program's texts" "$work/texts" ;;
esac
free_of "the man page" analyzer/doc/tcpwhy.1
free_of README README.md
cat analyzer/doc/completions/* >"$work/completions"
free_of "the completions" "$work/completions"

# Signs of unread data and the like go by the names of facts.def.
grep -rnwE --include='*.[ch]' --include='*.def' 'W[1-5]|D[12]' analyzer tui \
	>"$work/bad"
[ $? -eq 1 ]
tap_case "signs go by their names, not by numbers" $? "$work/bad"

grep -rniE --include='*.[ch]' --include='*.def' \
	"the contract|tcp-endings|design\.md" analyzer tui >"$work/bad"
[ $? -eq 1 ]
tap_case "comments refer to nothing that isn't here" $? "$work/bad"
tap_end
