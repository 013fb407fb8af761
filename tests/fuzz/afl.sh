#!/bin/sh
# AFL++ as the second engine: the program as it is, built by afl-clang-fast,
# reading whole captures. Findings stay in build/afl/out/*/crashes and hangs.
#
#   tests/fuzz/afl.sh SECONDS [TCPWHY-OPTION]...   default: 60 -t -a
#
# Needs Debian's afl++.

set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-60}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- -t -a

command -v afl-clang-fast >/dev/null || {
	echo "afl.sh: no afl-clang-fast: install afl++" >&2
	exit 2
}
make -s B=build/afl CC=afl-clang-fast OPT='-O2 -g' build/afl/tcpwhy

# Small samples, so that many are tried; the finds of the other engine, too.
mkdir -p build/afl/in
find samples tests/fuzz/corpus/fuzz_capture tests/fuzz/corpus/fuzz_report \
	-maxdepth 1 -type f ! -name '*.pkt' ! -name '*.md' -size -4k \
	-exec cp {} build/afl/in/ \;

export AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
export AFL_NO_UI=1 AFL_AUTORESUME=1
afl-fuzz -i build/afl/in -o build/afl/out -V "$seconds" -t 1000 -- \
	build/afl/tcpwhy "$@" @@
awk '/^(execs_done|saved_crashes|saved_hangs|edges_found)/ { print }
	/^saved_(crashes|hangs)/ && $3 > 0 { bad = 1 }
	END { exit bad }' build/afl/out/default/fuzzer_stats
