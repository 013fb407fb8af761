# refute COMMAND...: succeeds if the command fails. A bare "! command" can't
# fail a test: the shell exempts it from set -e.
refute() {
	if "$@"; then
		echo "unexpectedly succeeded: $*"
		return 1
	fi
}

# Skips a test where this tcpwhy was built without a format's library.
needs_unpacker() { # NAME
	"$tcpwhy" -V | grep "^unpacks: " | grep -qw "$1" ||
		skip "built without $1"
}
