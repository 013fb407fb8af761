#!/bin/sh
# How often tcpwhy is right on a corpus of the laboratory, seen from its three
# vantage points: accuracy.sh [DIR]. B is the build folder.
set -eu
corpus=${1:-$(dirname "$0")/corpus}
B=${B:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for vantage in client middle server; do
	"$B/tcpwhy" --csv "$corpus/$vantage.pcap" >"$work/$vantage.csv"
	set -- "$@" "$vantage" "$work/$vantage.csv"
done
[ $# -eq 6 ] || shift
"$B/score" "$corpus/truth.csv" "$@"
