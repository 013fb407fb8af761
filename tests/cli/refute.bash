# refute COMMAND...: succeeds if the command fails. A bare "! command" can't
# fail a test: the shell exempts it from set -e.
refute() {
	if "$@"; then
		echo "unexpectedly succeeded: $*"
		return 1
	fi
}
