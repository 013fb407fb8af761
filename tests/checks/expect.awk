# Compares what a script says about its connections with tcpwhy's CSV:
#
#	tcpwhy --csv NAME.pcap | awk -f expect.awk NAME.pkt -
#
# Prints each difference; exit status 1 if there is one. The language of the
# script's "# key: value" lines is described in samples/README.md.

# Splits one CSV row (RFC 4180, no line break inside a field) into cell[1..n].
function split_row(row, cell,    n, i, c, quoted, text)
{
	for (i = 1; i <= length(row) + 1; i++) {
		c = substr(row, i, 1)
		if (quoted && c == "\"" && substr(row, i + 1, 1) == "\"") {
			text = text c
			i++
		} else if (c == "\"") {
			quoted = !quoted
		} else if (c == "" || (c == "," && !quoted)) {
			cell[++n] = text
			text = ""
		} else {
			text = text c
		}
	}
	return n
}

function complain(text)
{
	print text
	bad = 1
}

# "a|b" is either, "-" is empty, "*" is anything.
function fits(wanted, got,    part, n, i)
{
	n = split(wanted, part, "|")
	for (i = 1; i <= n; i++) {
		if (part[i] == "*" || part[i] == got ||
		    (part[i] == "-" && got == ""))
			return 1
	}
	return 0
}

function has_word(list, word)
{
	return index(" " list " ", " " word " ") > 0
}

BEGIN {
	n = split("verdict confidence closed_first reset_by " \
		  "client_connect client_recv client_send " \
		  "server_recv server_send", key, " ")
	for (i = 1; i <= n; i++)
		known[key[i]] = 1
	known["also_possible"] = 1
	keys = n
	connections = connection = 1
}

# The script: "# connection 2", "# key: value  key: value".
FNR == NR && /^# connection [0-9]+$/ {
	connection = $3
	if (connection > connections)
		connections = connection
	next
}
FNR == NR && /^# *[a-z_]+: / {
	for (i = 2; i <= NF; i++) {
		name = substr($i, 1, length($i) - 1)
		if ($i !~ /:$/ || !(name in known))
			continue
		value = ""
		while (i < NF && !($(i + 1) ~ /:$/))
			value = value (value == "" ? "" : " ") $(++i)
		if (name == "verdict") {
			split(value, part, " ")
			want[connection, "confidence"] = part[2]
			value = part[1]
		}
		want[connection, name] = value
	}
}
FNR == NR { next }

# The CSV: a header, then a row a connection.
!columns {
	columns = split_row($0, column)
	next
}
{
	delete cell
	split_row($0, cell)
	for (i = 1; i <= columns; i++)
		got[column[i]] = cell[i]
	row = got["connection"]
	rows++
	for (i = 1; i <= keys; i++) {
		if (!((row, key[i]) in want) || want[row, key[i]] == "")
			complain("connection " row ": the script has no " \
				 key[i])
		else if (!fits(want[row, key[i]], got[key[i]]))
			complain("connection " row ": " key[i] " is '" \
				 got[key[i]] "', not '" \
				 want[row, key[i]] "'")
	}
	n = split(want[row, "also_possible"], rival, " ")
	for (i = 1; i <= n; i++) {
		if (rival[i] == "-")
			missing = (got["also_possible"] != "")
		else
			missing = !has_word(got["also_possible"], rival[i])
		if (missing)
			complain("connection " row ": also_possible is '" \
				 got["also_possible"] "', without '" \
				 rival[i] "'")
	}
}

END {
	if (rows != connections)
		complain(rows + 0 " connections, not " connections)
	exit bad
}
