#!/bin/sh
# Installs from Debian what is missing.
#
#   tests/deps.sh build   to build tcpwhy
#   tests/deps.sh check   to run its tests as well
#   tests/deps.sh         both

set -eu

# Package, and the file or command that tells that it is there.
build='
gcc|gcc
make|make
pkg-config|pkg-config
libc6-dev|/usr/include/stdio.h
libpcap-dev|/usr/include/pcap/pcap.h
libncurses-dev|/usr/include/curses.h
libcsv-dev|/usr/include/csv.h
libseccomp-dev|/usr/include/seccomp.h
zlib1g-dev|/usr/include/zlib.h
libzstd-dev|/usr/include/zstd.h
liblz4-dev|/usr/include/lz4frame.h
libjson-c-dev|/usr/include/json-c/json.h
'
check='
bats|bats
libcmocka-dev|/usr/include/cmocka.h
tshark|tshark
tcpdump|tcpdump
tmux|tmux
zstd|zstd
lz4|lz4
binutils|nm
procps|pgrep
python3-jsonschema|/usr/lib/python3/dist-packages/jsonschema/__init__.py
'

case ${1:-all} in
build) wanted=$build ;;
check) wanted=$check ;;
all) wanted=$build$check ;;
*)
	echo "usage: tests/deps.sh [build|check]" >&2
	exit 2
	;;
esac

have() {
	case $1 in
	/*) [ -e "$1" ] ;;
	cc | gcc) command -v cc >/dev/null || command -v gcc >/dev/null ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

missing=
for line in $wanted; do
	have "${line#*|}" || missing="$missing ${line%%|*}"
done
[ -n "$missing" ] || exit 0

root=
[ "$(id -u)" -eq 0 ] || root=sudo
quiet() {
	log=$(mktemp)
	"$@" >"$log" 2>&1 || {
		cat "$log" >&2
		rm -f "$log"
		return 1
	}
	rm -f "$log"
}
export DEBIAN_FRONTEND=noninteractive
echo "deps: installing$missing"
quiet $root apt-get -q update
# shellcheck disable=SC2086 # a list of packages
quiet $root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
	--no-install-recommends install $missing
