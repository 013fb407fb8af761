#!/bin/sh
# What is installed is what is uninstalled; the package is one that lintian
# accepts; it installs, runs and goes away without a trace.
#
#   TCPWHY_ROOT=FOLDER tests/checks/package.sh
#
# tries the package in FOLDER, made by debootstrap and holding the libraries
# that it needs (root). It is changed.
# Prints TAP.

cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
version=$(sed -n 's/.*TCPWHY_VERSION "\(.*\)"/\1/p' analyzer/base/version.h)
case ${B:-build} in
build) ;;
*)
	tap_skip "installing and packaging" "a build that nobody installs"
	tap_end
	exit
	;;
esac

files() {
	(cd "$work/root" && find . ! -type d | sort)
}

make -s install DESTDIR="$work/root" PREFIX=/usr >"$work/log" 2>&1
tap_case "make install" $? "$work/log"
cat >"$work/expected" <<'FILES'
./usr/bin/tcpwhy
./usr/share/bash-completion/completions/tcpwhy
./usr/share/fish/vendor_completions.d/tcpwhy.fish
./usr/share/man/man1/tcpwhy.1
./usr/share/tcpwhy/connection.schema.json
./usr/share/zsh/site-functions/_tcpwhy
FILES
files | diff -u "$work/expected" - >"$work/diff"
tap_case "it installs the program, its page and its completions" $? \
	"$work/diff"
"$work/root/usr/bin/tcpwhy" samples/broken-pipe.pcap |
	grep -q 'data after close'
tap_case "what is installed runs" $?
echo other >"$work/root/usr/share/man/man1/other.1"
make -s uninstall DESTDIR="$work/root" PREFIX=/usr >"$work/log" 2>&1
[ "$(files)" = ./usr/share/man/man1/other.1 ]
tap_case "make uninstall takes that away, and nothing else" $? "$work/log"

# Says what is not there of that which making the package takes.
lacking() {
	for tool in dpkg-checkbuilddeps dpkg-buildpackage; do
		command -v "$tool" >/dev/null || {
			echo "no $tool"
			return
		}
	done
	dpkg-checkbuilddeps analyzer/doc/debian/control 2>&1 |
		sed 's/.*error: //'
}

lacks=$(lacking)
if [ -n "$lacks" ]; then
	tap_skip "the package" "$lacks: tests/deps.sh package installs it"
	tap_end
	exit
fi
analyzer/doc/debian/build "$version" "$work/deb" >"$work/log" 2>&1
status=$?
tail -n 30 "$work/log" >"$work/tail"
if command -v lintian >/dev/null; then
	tap_case "the package is made, and lintian accepts it" $status \
		"$work/tail"
else
	tap_case "the package is made" $status "$work/tail"
	tap_skip "lintian accepts it" "no lintian"
fi
deb=$(echo "$work"/deb/tcpwhy_*.deb)
dpkg-deb -c "$deb" | awk '$1 !~ /^d/ { print $6 }' | sort >"$work/content"
for file in ./usr/bin/tcpwhy ./usr/share/man/man1/tcpwhy.1.gz \
	./usr/share/zsh/vendor-completions/_tcpwhy; do
	grep -qxF "$file" "$work/content" || echo "$file" >>"$work/missing"
done
[ ! -e "$work/missing" ]
tap_case "it holds the program, its page and its completions" $? \
	"$work/content"

root=${TCPWHY_ROOT:-}
if [ -z "$root" ] || [ "$(id -u)" -ne 0 ]; then
	tap_skip "the package in a system of its own" "TCPWHY_ROOT is not set"
	tap_end
	exit
fi
everything() {
	chroot "$root" find / -xdev -path /proc -prune -o -path /var -prune -o \
		-path /root/tcpwhy -prune -o -print | sort
}
mkdir -p "$root/root/tcpwhy"
cp "$deb" "$root/root/tcpwhy/tcpwhy.deb"
cp samples/broken-pipe.pcap "$root/root/tcpwhy"
everything >"$work/before"
chroot "$root" dpkg -i /root/tcpwhy/tcpwhy.deb >"$work/log" 2>&1
tap_case "it installs" $? "$work/log"
chroot "$root" tcpwhy /root/tcpwhy/broken-pipe.pcap >"$work/out" 2>&1 &&
	grep -q 'data after close' "$work/out"
tap_case "it runs" $? "$work/out"
chroot "$root" dpkg -P tcpwhy >"$work/log" 2>&1
tap_case "it uninstalls" $? "$work/log"
rm -r "$root/root/tcpwhy"
everything | diff -u "$work/before" - >"$work/diff"
tap_case "nothing of it is left" $? "$work/diff"
tap_end
