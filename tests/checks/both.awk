# What two captures of the laboratory's corpus, the client's and the server's,
# tell together: a row a connection, made of both ends' rows of truth.csv.
#
#   awk -f both.awk truth.csv truth.csv >both.csv
#
# Its addresses and times are the client's. An ending is true if it is that of
# either end: a RST that reached one of them ends the connection there alone.
# What looks the same from one end only is decided; so is whether a RST was its
# supposed sender's.

BEGIN { FS = OFS = "," }

# The words of two cells, each once.
function either(a, b,   n, i, w) {
	if (a == "" || b == "") return a b
	n = split(b, w, "|")
	for (i = 1; i <= n; i++)
		if (index("|" a "|", "|" w[i] "|") == 0) a = a "|" w[i]
	return a
}

# The words that are in both cells.
function shared(a, b,   n, i, w, s) {
	n = split(a, w, "|")
	for (i = 1; i <= n; i++)
		if (index("|" b "|", "|" w[i] "|")) s = s (s == "" ? "" : "|") w[i]
	return s
}

FNR == 1 {
	if (NR > 1) print
	next
}

{ name = $1 FS $2 FS $7 }

NR == FNR {
	if ($6 == "server") for (i = 13; i <= 23; i++) there[name, i] = $i
	next
}

$6 == "client" && (name, 13) in there {
	$6 = "both"
	$13 = either($13, there[name, 13])
	$14 = shared($14, there[name, 14])
	for (i = 15; i <= 16; i++) $i = either($i, there[name, i])
	if ($16 ~ /middlebox/) $14 = ""
	for (i = 20; i <= 21; i++) $i = there[name, i]
	$23 = there[name, 23]
	print
}
