#!/bin/sh
# Installs from Debian what is missing.
#
#   tests/deps.sh build    to build tcpwhy
#   tests/deps.sh check    to run its tests as well
#   tests/deps.sh          both
#   tests/deps.sh package  to make the Debian package and look it over
#   tests/deps.sh static   to make the program without shared libraries
#   tests/deps.sh image    to make an image of it
#   tests/deps.sh lint     to run make lint
#
# The compiler is $CC if that is set (gcc, clang, clang-19: Debian's packages are
# called like the commands), otherwise gcc. Without root and sudo it says what to
# install.

set -eu

compiler=${CC:-gcc}
compiler=${compiler%% *}

# Package, and the file or command that tells that it is there.
build="
${compiler##*/}|$compiler
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
liblzma-dev|/usr/include/lzma.h
libbz2-dev|/usr/include/bzlib.h
libjson-c-dev|/usr/include/json-c/json.h
"
check='
bats|bats
libcmocka-dev|/usr/include/cmocka.h
tshark|tshark
wireshark-common|editcap
tcpdump|tcpdump
tmux|tmux
tzdata|/usr/share/zoneinfo/Europe/Berlin
zstd|zstd
lz4|lz4
xz-utils|xz
bzip2|bzip2
binutils|nm
procps|pgrep
python3-jsonschema|/usr/lib/python3/dist-packages/jsonschema/__init__.py
'
package='
dpkg-dev|dpkg-buildpackage
debhelper|dh
lintian|lintian
'
static='
dpkg-dev|dpkg-source
flex|flex
bison|bison
'
image='
buildah|buildah
ncurses-base|/lib/terminfo/x/xterm
'
lint='
clang|clang
clang-format|clang-format
clang-tidy|clang-tidy
cppcheck|cppcheck
shellcheck|shellcheck
'

case ${1:-all} in
build) wanted=$build ;;
check) wanted=$check ;;
package) wanted=$package ;;
static) wanted=$static ;;
image) wanted=$image ;;
lint) wanted=$lint ;;
all) wanted=$build$check ;;
*)
	echo "usage: tests/deps.sh [build|check|package|static|image|lint]" >&2
	exit 2
	;;
esac

# have WHAT: a file or a command.
have() {
	case $1 in
	/*) [ -e "$1" ] ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

missing=
for line in $wanted; do
	have "${line#*|}" || missing="$missing ${line%%|*}"
done
[ -n "$missing" ] || exit 0

if ! have apt-get; then
	echo "deps: no apt-get here; tcpwhy needs what Debian calls$missing" >&2
	exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
	root=
elif have sudo; then
	root=sudo
else
	echo "deps: missing packages, and neither root nor sudo. As root, run" >&2
	echo "    apt-get update && apt-get install$missing" >&2
	exit 1
fi

quiet() {
	log=$(mktemp)
	"$@" >"$log" 2>&1 || {
		cat "$log" >&2
		rm -f "$log"
		return 1
	}
	rm -f "$log"
}
echo "deps: installing$missing"
quiet $root apt-get -q update
# shellcheck disable=SC2086 # a list of packages
quiet $root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
	--no-install-recommends install $missing
