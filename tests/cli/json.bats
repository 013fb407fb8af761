#!/usr/bin/env bats
# --json, --markdown and --anonymize.

load refute

setup() {
	tcpwhy=${B:-build}/tcpwhy
	cd "$BATS_TEST_DIRNAME/../.."
	tmp=$BATS_TEST_TMPDIR
}


# Runs Python with the connections of $tmp/out in the list all, its other records
# in the list others.
python() {
	command -v python3 >/dev/null || skip "no python3"
	python3 -c "
import json, sys
lines = [json.loads(line) for line in open('$tmp/out')]
all = [one for one in lines if one.pop('record') == 'connection']
others = [json.loads(line) for line in open('$tmp/out')]
others = [one for one in others if one['record'] != 'connection']
$1"
}

@test "every sample's JSON is what the schema says" {
	command -v python3 >/dev/null || skip "no python3"
	python3 -c 'import jsonschema' 2>/dev/null ||
		skip "no python3-jsonschema"
	for sample in samples/*.pcap; do
		"$tcpwhy" --json "$sample" 2>/dev/null
	done >"$tmp/out"
	"$tcpwhy" --json samples/broken-pipe.pcap samples/orderly-close.pcap \
		>>"$tmp/out"
	python3 -c "
import json, jsonschema
schema = json.load(open('analyzer/doc/connection.schema.json'))
jsonschema.Draft7Validator.check_schema(schema)
def check_of(kind):
    part = {'\$ref': '#/definitions/' + kind, 'definitions': schema['definitions']}
    return jsonschema.Draft7Validator(part)
check = jsonschema.Draft7Validator(schema)
checks = {'connection': check, 'capture': check_of('capture'), 'finding': check_of('finding')}
n = {'connection': 0, 'capture': 0, 'finding': 0}
for line in open('$tmp/out'):
    record = json.loads(line)
    bad = list(checks[record['record']].iter_errors(record))
    assert not bad, line + str(bad)
    n[record['record']] += 1
    if record['record'] == 'connection':
        one = record
assert n['connection'] > 100 and n['capture'] > 100 and n['finding'] > 0, n
del one['verdict']
assert list(check.iter_errors(one)), 'the schema lets everything pass'
"
}

@test "JSON has the fields of the CSV, in their order, with the same values" {
	"$tcpwhy" --json samples/broken-pipe.pcap >"$tmp/out"
	"$tcpwhy" --csv samples/broken-pipe.pcap >"$tmp/csv"
	python "
import csv
rows = list(csv.DictReader(open('$tmp/csv')))
assert len(rows) == len(all) > 0
for row, one in zip(rows, all):
    assert list(row) == list(one)
    for name, cell in row.items():
        v = one[name]
        if name == 'evidence':
            assert cell == '; '.join(e['sentence'] for e in v)
        elif name == 'also_possible':
            assert cell == ' '.join(r['verdict'] for r in v)
        elif name == 'frames':
            assert cell == ' '.join(str(f) for f in v)
        elif v is None:
            assert cell == ''
        elif isinstance(v, (int, float)):
            assert float(cell) == v
        else:
            assert cell.lstrip(\"'\") == v.lstrip(\"'\"), name
"
}

@test "numbers are numbers, and no digit is lost or invented" {
	"$tcpwhy" --json samples/broken-pipe.pcap >"$tmp/out"
	python "
one = all[0]
assert type(one['client_port']) is int and type(one['tcp_stream']) is int
assert type(one['duration_s']) is float
"
	duration=$("$tcpwhy" --csv samples/broken-pipe.pcap |
		tail -n 1 | cut -d, -f4)
	grep -qF "\"duration_s\":${duration%0}" "$tmp/out"
}

@test "a finding has its frames, its rule's name, its role and its sentence" {
	"$tcpwhy" --json samples/broken-pipe.pcap >"$tmp/out"
	python "
e = [e for e in all[0]['evidence'] if e['rule'] == 'answers_data'][0]
assert e['role'] == 'why' and len(e['frames']) == 2 and 'acknowledgment' in e['sentence']
"
}

@test "several files: frames name their file" {
	"$tcpwhy" --json samples/broken-pipe.pcap samples/orderly-close.pcap \
		>"$tmp/out"
	python "
assert all[0]['tcp_stream'] is None
assert any(str(f).startswith(('1:', '2:')) for o in all for f in o['frames'])
"
}

@test "JSON where nothing matches is the record of the capture" {
	"$tcpwhy" --json --where port=1 samples/broken-pipe.pcap >"$tmp/out"
	python "
assert not all and len(others) == 1
assert others[0]['record'] == 'capture' and others[0]['connections'] == 1"
}

@test "a full disk: status 1 for JSON and Markdown too" {
	[ -w /dev/full ] || skip "no /dev/full"
	for format in --json --markdown; do
		status=0
		"$tcpwhy" $format samples/broken-pipe.pcap >/dev/full \
			2>"$tmp/err" || status=$?
		[ "$status" -eq 1 ]
	done
}

@test "a lost TLS close_notify needs no advice, in any format" {
	sample=samples/tls-close-notify-after-fin.pcap
	"$tcpwhy" --json "$sample" >"$tmp/out"
	python "assert all[0]['verdict'] == 'reset_data_after_fin' and all[0]['advice'] is None"
	"$tcpwhy" --text "$sample" | grep -q 'nothing to do: only a TLS close.*notify was lost'
	"$tcpwhy" --markdown "$sample" | grep -q 'nothing to do: only a TLS close.*notify was lost'
}

@test "Markdown has verdict, findings, programs, advice and the display filter" {
	"$tcpwhy" --markdown samples/broken-pipe.pcap >"$tmp/out"
	grep -q '^## TCP connections in samples/broken-pipe.pcap' "$tmp/out"
	grep -q '`reset_data_after_fin`' "$tmp/out"
	grep -q '^- why: ' "$tmp/out"
	grep -q "^- the client's program: " "$tmp/out"
	grep -q '^- \*\*what to do\*\*: ' "$tmp/out"
	grep -q '^- Wireshark: `tcp.stream eq 0`' "$tmp/out"
	refute grep -q "$(printf '\033')" "$tmp/out"
}

@test "Markdown of one connection has its ladder" {
	"$tcpwhy" --markdown -n 1 samples/broken-pipe.pcap >"$tmp/out"
	[ "$(grep -c '^```' "$tmp/out")" -eq 2 ]
	grep -q 'SYN' "$tmp/out"
}

@test "a file's name can't format Markdown" {
	cp samples/broken-pipe.pcap "$tmp/<b>*x*|y.pcap"
	"$tcpwhy" --markdown "$tmp/<b>*x*|y.pcap" | head -n 1 >"$tmp/out"
	grep -qF '\<b\>\*x\*\|y.pcap' "$tmp/out"
}

# The addresses of a sample, and of what tcpwhy makes of it.
@test "--anonymize leaves no address, name or comment in any format" {
	for sample in samples/broken-pipe.pcap samples/file-pcapng-comments.pcap \
		samples/ipv6-data-after-fin.pcap; do
		"$tcpwhy" --json "$sample" >"$tmp/plain"
		addresses=$(grep -o '"\(client\|server\)_ip":"[^"]*"' "$tmp/plain" |
			cut -d'"' -f4 | sort -u)
		id=$(grep -o '"community_id":"[^"]*"' "$tmp/plain" | head -n 1)
		[ -n "$addresses" ]
		for how in --text --csv --json --markdown "--text -n 1" --summary; do
			"$tcpwhy" --anonymize $how "$sample" >"$tmp/out"
			[ -s "$tmp/out" ]
			for address in $addresses; do
				refute grep -F "$address" "$tmp/out"
			done
			refute grep -F "$id" "$tmp/out"
			refute grep -F "$(basename "$sample")" "$tmp/out"
		done
	done
}

@test "--anonymize: another key each time, the same with --anonymize-key" {
	"$tcpwhy" --csv --anonymize samples/broken-pipe.pcap >"$tmp/a"
	"$tcpwhy" --csv --anonymize samples/broken-pipe.pcap >"$tmp/b"
	refute cmp -s "$tmp/a" "$tmp/b"
	"$tcpwhy" --csv --anonymize-key 'ticket 4711' samples/broken-pipe.pcap \
		>"$tmp/a"
	"$tcpwhy" --csv --anonymize-key 'ticket 4711' samples/broken-pipe.pcap \
		>"$tmp/b"
	cmp "$tmp/a" "$tmp/b"
}

@test "--anonymize with a log line: its addresses are replaced alike" {
	"$tcpwhy" --anonymize-key k \
		--log 'x 10.10.121.101 Connection reset by peer' \
		samples/crash-empty-buffer.pcap >"$tmp/out"
	refute grep -F 10.10.121 "$tmp/out"
}

@test "the first record tells what was read, and what was not" {
	"$tcpwhy" --json samples/*.pcap >"$tmp/out"
	python "
first = lines[0]
assert others[0]['record'] == 'capture'
assert others[0]['schema_version'] == 1
assert others[0]['connections'] == len(all), (others[0]['connections'], len(all))
assert others[0]['frames'] >= sum(c['client_packets'] + c['server_packets'] for c in all)
assert others[0]['start_time'] <= min(c['start_time'] for c in all)
assert others[0]['end_time'] >= max(c['end_time'] for c in all)"
}

@test "findings stand behind the connections, which they name" {
	"$tcpwhy" --json samples/*.pcap >"$tmp/out"
	python "
findings = [o for o in others if o['record'] == 'finding']
assert len(findings) > 3
numbers = {c['connection']: c for c in all}
for f in findings:
    assert f['count'] == len(f['connections']) == len(set(f['connections']))
    for n in f['connections']:
        c = numbers[n]
        assert f['verdict'] in (None, c['verdict']), (f, c)
    if f['kind'] == 'cause':
        assert {numbers[n]['server_ip'] for n in f['connections']} == {f['host_ip']}
kinds = [json.loads(l)['record'] for l in open('$tmp/out')]
assert kinds == sorted(kinds, key=['capture', 'connection', 'finding'].index)"
	"$tcpwhy" --json -w verdict=orderly_close samples/*.pcap >"$tmp/out"
	python "
for f in others:
    assert set(f.get('connections') or [] if f['record'] == 'finding' else []) <= {c['connection'] for c in all}"
}

@test "with --fields there are connections alone" {
	"$tcpwhy" --json --fields verdict samples/broken-pipe.pcap >"$tmp/out"
	[ "$(cat "$tmp/out")" = '{"verdict":"reset_data_after_fin"}' ]
}
