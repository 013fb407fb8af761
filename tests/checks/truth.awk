# Holds what tcpwhy says against the packets.
#
#   awk -f truth.awk PACKETS RECORDS [TEXT]
#
# PACKETS is of tcpdump -# -nn -tt -v -S, RECORDS of tcpwhy --json, TEXT of tcpwhy
# --text --all, all of one capture. Prints a line for each claim that is not so,
# and at last "held CLAIMS COLUMNS": how many were compared. What tcpdump does
# not show (a frame inside a tunnel) is not compared.

function wrong(what) { print "connection " number ": " what }

# Claims and agreements: what has to be so, and is counted.
function claim(so, what) { claims++; if (!so) wrong(what) }
function agree(so, what) { columns++; if (!so) wrong(what) }

# Packets ---------------------------------------------------------------------

function value(name,   s) {
	if (!match($0, "[ ,]" name " [0-9]+")) return ""
	s = substr($0, RSTART, RLENGTH)
	sub(/.* /, "", s)
	return s
}

function segment(   s, way) {
	if (!match($0, /[^ ]+ > [^ ]+: Flags \[[^]]*\]/)) return
	s = substr($0, RSTART, RLENGTH)
	way = s
	sub(/: Flags.*/, "", way)
	if (way !~ /[0-9a-f]\.[0-9]+ > /) return # behind IPv6 extension headers
	sub(/.*\[/, "", s); sub(/\]/, "", s)
	flags[frame] = s
	from[frame] = way
	window[frame] = value("win")
	ack[frame] = value("ack")
	stamp[frame] = /TS val/
	seq[frame] = value("seq")
	if (match($0, /, length [0-9]+/))
		bytes[frame] = substr($0, RSTART + 9, RLENGTH - 9) + 0
	else if (match($0, /seq [0-9]+:[0-9]+/)) {
		split(substr($0, RSTART + 4, RLENGTH - 4), ends, ":")
		bytes[frame] = ahead(ends[2], ends[1])
	}
	all[way] = all[way] " " frame
}

FILENAME == ARGV[1] {
	if ($0 ~ /^ *[0-9]+  [0-9]+\.[0-9]+ /) {
		frame = $1 + 0
		time[frame] = $2 + 0
		ttl[frame] = ""
		if (match($0, /(ttl|hlim) [0-9]+/)) {
			ttl[frame] = substr($0, RSTART, RLENGTH)
			sub(/.* /, "", ttl[frame])
		}
		id[frame] = value("id")
		icmp[frame] = /proto ICMP|ICMP6/
		if (/Flags/ && !icmp[frame]) segment()
	} else if (icmp[frame]) {
		if (match($0, /[^ ]+ > [^ ]+: /)) quoted[substr($0, RSTART, RLENGTH - 2)] = 1
	} else if (/^    [^ ]/ && /Flags/ && !(frame in flags)) {
		segment()
	}
	next
}

# Those of one way during the connection whose flags fit; "" = all.
function sent(way, pattern, but,   n, list, i, k) {
	n = split(all[way], list, " ")
	for (i = 1; i <= n; i++) {
		if (time[list[i]] < start - 0.000002 ||
		    time[list[i]] > start + lasted + 0.000002) continue
		if (flags[list[i]] ~ pattern && (but == "" || flags[list[i]] !~ but)) k++
	}
	return k + 0
}

# Records ---------------------------------------------------------------------

function column(name,   s) {
	if (!match($0, "\"" name "\":(\"[^\"]*\"|null|[0-9.]+)")) return ""
	s = substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3)
	gsub(/"/, "", s)
	return s == "null" ? "" : s
}

function seconds(iso,   t) {
	t = iso
	gsub(/[-:TZ]/, " ", t)
	split(t, part, " ")
	return mktime(part[1] " " part[2] " " part[3] " " part[4] " " \
		part[5] " " int(part[6])) + (part[6] - int(part[6]))
}

# "7.159 s", "342 us", "1 min 30 s" at the start of s, in seconds.
function span(s,   sum, w, n, i) {
	n = split(s, w, " ")
	for (i = 1; i + 1 <= n && w[i] ~ /^[0-9.,]+$/; i += 2) {
		gsub(/,/, "", w[i])
		sub(/[,;:)].*/, "", w[i + 1])
		if (w[i + 1] == "us") sum += w[i] / 1000000
		else if (w[i + 1] == "ms") sum += w[i] / 1000
		else if (w[i + 1] == "s") sum += w[i]
		else if (w[i + 1] == "min") sum += 60 * w[i]
		else if (w[i + 1] == "h") sum += 3600 * w[i]
		else if (w[i + 1] == "d") sum += 86400 * w[i]
		else return -1
	}
	return i > 1 ? sum : -1
}

function near(a, b,   d) {
	d = a > b ? a - b : b - a
	return d <= 0.000002 + 0.01 * (a > b ? a : b)
}

# The number behind the words that `pattern` ends with; "" if they aren't there.
function number_behind(pattern, s,   t) {
	if (!match(s, pattern "[0-9][0-9,]*")) return ""
	t = substr(s, RSTART, RLENGTH)
	sub(".*[^0-9,]", "", t)
	gsub(/,/, "", t)
	return t + 0
}

function scaled(raw, whole,   k) {
	for (k = 0; k <= 14; k++)
		if (raw * 2 ^ k == whole) return 1
	return 0
}

function way_of(side) {
	return side == "client" ? client " > " server : server " > " client
}

function known(f) { return f in flags }

# The side that a sentence is about: the first one that it names.
function side_in(s) {
	return match(s, /client|server/) ? substr(s, RSTART, 6) : ""
}

# The connection's packets of either way, "" for both, from the first time to the
# second, that have payload or, with any, have not.
function spoken(way, from, to, any,   n, list, i, k) {
	if (way == "")
		return spoken(way_of("client"), from, to, any) + \
			spoken(way_of("server"), from, to, any)
	n = split(all[way], list, " ")
	for (i = 1; i <= n; i++)
		if (time[list[i]] >= start - 0.000002 && time[list[i]] > from &&
		    time[list[i]] < to && (any || bytes[list[i]] > 0)) k++
	return k + 0
}

# The server's packets with payload that acknowledge the end of that request, up
# to a time.
function replies(asked, to,   n, list, i, g, k) {
	n = split(all[way_of("server")], list, " ")
	for (i = 1; i <= n; i++) {
		g = list[i]
		if (time[g] > time[asked] && time[g] < to && bytes[g] > 0 &&
		    ahead(ack[g], seq[asked] + bytes[asked]) >= 0) k++
	}
	return k + 0
}

# Nothing was sent for so long before frame f, or before what the same side sent
# just before it.
function idle_before(f, lasting,   n, list, i, g) {
	n = split(all[from[f]], list, " ")
	for (i = n; i > 0; i--) {
		g = list[i]
		if (g > f || time[f] - time[g] > 0.11) continue
		if (!spoken("", time[g] - 0.99 * lasting, time[g] - 0.000002, 1) &&
		    spoken("", time[g] - 1.01 * lasting - 0.002, time[g] - 0.000002, 1))
			return 1
	}
	return 0
}

# a minus b, of sequence numbers.
function ahead(a, b,   d) {
	d = (a - b) % 4294967296
	return d > 2147483648 ? d - 4294967296 : d < -2147483648 ? d + 4294967296 : d
}

# What a sentence says of times, held against the two frames that it rests on.
function hold_times(rule, s, f, g,   t, asked, closed, server) {
	server = way_of("server")
	if (rule ~ /^(note_closed_idle|note_aborted_idle|idle)$/ && shown && known(f)) {
		t = s
		sub(/.*idle for /, "", t)
		claim(idle_before(f, span(t)), s)
	}
	if (rule ~ /^(probes_dead|repeats_dead|fin_waited|unprovoked|farewell|probe_due|probes_unheard)$/ && known(f) && known(g)) {
		t = s
		if (rule ~ /^(unprovoked|probe_due|probes_unheard)$/) sub(/.*the RST came /, "", t)
		else if (rule == "farewell") sub(/.*payload within /, "", t)
		else if (rule == "fin_waited") sub(/.*FIN_WAIT_2 for /, "", t)
		else sub(/.* over /, "", t)
		if (rule != "probes_unheard")
			claim(near(span(t), time[f] > time[g] ? time[f] - time[g] : time[g] - time[f]),
				s " (" time[f] ", " time[g] ")")
	}
	if (rule == "request_given_up" || rule == "request_dropped") {
		if (!known(f) || !known(g)) return
		asked = time[f] < time[g] ? f : g
		closed = asked == f ? g : f
		t = s
		sub(/.*(did not answer for|sent) /, "", t)
		claim(near(span(t), time[closed] - time[asked]), s)
		claim(from[asked] != server && bytes[asked] > 0, s " (no request)")
		claim(flags[closed] ~ /[FR]/ && (from[closed] == server) == (rule == "request_dropped"),
			s " (" flags[closed] ")")
		claim(!replies(asked, time[closed]), s " (it answered)")
	}
	if (rule == "closed_silent" && known(f) && shown)
		claim(!spoken(server, 0, time[f] + 0.000002), s)
	if (rule ~ /^note_late(_crossed)?$/ && known(f) && known(g)) {
		closed = flags[f] ~ /F/ && !(flags[g] ~ /F/ && from[g] != from[f] && time[g] < time[f]) ? f : g
		asked = closed == f ? g : f
		claim(bytes[asked] > 0 && from[asked] != from[closed], s)
		claim((ahead(ack[asked], seq[closed] + bytes[closed] + 1) >= 0) == (rule == "note_late"), s)
	}
}

function hold(rule, s, f, g,   rst, other, n, side) {
	if (known(f) && flags[f] ~ /R/) { rst = f; other = g }
	else if (known(g) && flags[g] ~ /R/) { rst = g; other = f }
	side = side_in(s)
	if (rst) {
		n = number_behind("RST \\(window ", s)
		if (n != "") claim(scaled(window[rst], n), s " (window " window[rst] ")")
		n = number_behind("RST offers a window of ", s)
		if (n != "") claim(scaled(window[rst], n), s " (window " window[rst] ")")
		if (s ~ /this RST: it carries ACK/)
			claim(flags[rst] ~ /\./, s " (flags " flags[rst] ")")
		n = number_behind("RST arrived with TTL ", s)
		if (n != "") claim(ttl[rst] == n, s " (TTL " ttl[rst] ")")
		n = number_behind("the RST's IP ID is ", s)
		if (n != "" && id[rst] != "") claim(id[rst] == n, s " (IP ID " id[rst] ")")
		if (s ~ /RST has no timestamp option/)
			claim(!stamp[rst], s)
		if (s ~ /of payload/ && s ~ /RST carries/)
			claim(bytes[rst] == number_behind("carries ", s), s " (" bytes[rst] ")")
	}
	if (rst && known(other) && s ~ /^the RST answers/) {
		claim(from[other] != from[rst], s " (the same sender)")
		if (s ~ /its sequence number is/)
			claim(seq[rst] == ack[other],
				s " (" seq[rst] ", " ack[other] ")")
		n = number_behind("segment of ", s)
		if (n != "" && other in bytes)
			claim(bytes[other] == n, s " (" bytes[other] " bytes)")
		if (match(s, /sent [0-9.,]+ [^:]* before/))
			claim(near(span(substr(s, RSTART + 5)), time[rst] - time[other]),
				s " (" time[rst] - time[other] " s)")
	}
	hold_times(rule, s, f, g)
	if (rule == "note_closed_first" || rule == "note_second_fin")
		if (known(f)) claim(flags[f] ~ /F/ && from[f] == way_of(side), s " (frame " f ")")
	if (rule == "note_icmp" || rule == "icmp_answers_syn")
		if (f in time) claim(icmp[f], s)
	if (rule == "syn_repeated" && shown)
		claim(number_behind("its SYN ", s) == sent(way_of("client"), "S"),
			s " (" sent(way_of("client"), "S") ")")
	if (rule == "syn_ack_repeated" && shown)
		claim(number_behind("its SYN-ACK ", s) == sent(way_of("server"), "S.*\\."),
			s " (" sent(way_of("server"), "S.*\\.") ")")
	if (rule ~ /^note_(ignored|survived|late)_rst$/ && shown)
		claim(number_behind("^", s) <= sent(way_of(side), "R"),
			s " (" sent(way_of(side), "R") ")")
	if (rule == "unanswered" && shown)
		claim(number_behind("^", s) <= column(side == "client" ? \
			"server_bytes" : "client_bytes") + 0, s)
}

function evidence(   rest, one, rule, sentence, frames, f) {
	rest = $0
	while (match(rest, /\{"frames":\[[^]]*\],"rule":"[^"]*","role":"[^"]*","sentence":"[^"]*"/)) {
		one = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		frames = one
		sub(/\{"frames":\[/, "", frames); sub(/\].*/, "", frames)
		f[1] = f[2] = ""
		split(frames, f, ",")
		rule = one
		sub(/.*"rule":"/, "", rule); sub(/".*/, "", rule)
		sentence = one
		sub(/.*"sentence":"/, "", sentence); sub(/"$/, "", sentence)
		rules[rule] = 1
		if (rule == "note_fin_lost")
			lost_fins = lost_fins (sentence ~ /that the server was seen/ ? " server" : " client")
		hold(rule, sentence, f[1], f[2])
	}
}

# Its FIN is there, or an acknowledgment of the one that the capture lost.
function closed(side) {
	return sent(way_of(side), "F") || index(lost_fins, side)
}

# One end's columns: against the packets, and among themselves.
function end(side, peer,   state, recv, send, fin, fins) {
	state = column(side "_state")
	recv = column(side "_recv")
	send = column(side "_send")
	if (shown) {
		fin = closed(side)
		fins = closed(peer)
		agree(recv != "EOF" || fins, side "_recv EOF, and no FIN came")
		agree(send != "EPIPE" || fin || fins || reset,
			side "_send EPIPE, and neither FIN nor RST")
		agree(state !~ /^(TIME_WAIT|LAST_ACK|CLOSING|FIN_WAIT_[12])$/ || fin,
			side "_state " state ", and it sent no FIN")
		agree(state !~ /^(CLOSE_WAIT|LAST_ACK|CLOSING|TIME_WAIT)$/ || fins,
			side "_state " state ", and no FIN came")
		agree(state != "ESTABLISHED" || !fin, side "_state ESTABLISHED, and it sent FIN")
		agree(first != side || fin || reset == side,
			"closed_first " side ", which sent neither FIN nor RST")
		# The RST that a later SYN brought is in that SYN's connection.
		agree(reset != side || sent(way_of(side), "R") || "killed_by_syn" in rules,
			"reset_by " side ", which sent no RST")
	}
	agree(recv !~ /blocks/ || state != "CLOSED", side "_recv blocks on a CLOSED socket")
	agree(send !~ /^ok$/ || state != "CLOSED", side "_send ok on a CLOSED socket")
	agree((recv " " send) !~ /ECONNRESET/ || reset != "", side " gets ECONNRESET, and nobody reset")
	agree((recv " " send) !~ /ECONNRESET|ETIMEDOUT/ || state == "CLOSED",
		side "_state " state " after " recv " " send)
	agree((recv == "") == (send == ""), side "_recv " recv ", " side "_send " send)
}

function connection(   verdict, connect, history, zeek) {
	verdict = column("verdict")
	connect = column("client_connect")
	history = column("zeek_history")
	zeek = column("zeek_conn_state")
	agree(verdict != "connect_refused" || connect == "ECONNREFUSED",
		verdict ", client_connect " connect)
	agree(verdict != "connect_timeout" || connect == "ETIMEDOUT" || connect == "",
		verdict ", client_connect " connect)
	agree(verdict != "connect_unreachable" || connect ~ /^E/, verdict ", client_connect " connect)
	agree(verdict ~ /^(connect|reset_injected|reset_idle)/ || connect == "ok" || connect == "",
		verdict ", client_connect " connect)
	# Data that met a closed socket is lost, though the RST be ignored.
	agree(verdict !~ /^(reset_|connect_refused|connect_abandoned)/ ||
		verdict == "reset_data_after_fin" || reset != "",
		verdict ", and nobody reset")
	agree(verdict !~ /^(orderly_close|half_closed|still_open|connect_timeout|connect_unreachable|handshake_incomplete|timeout_zero_window)$/ || reset == "",
		verdict ", reset_by " reset)
	agree(verdict !~ /^reset_(injected|idle_expired)$/ || reset == "middlebox",
		verdict ", reset_by " reset)
	agree(verdict != "still_open" || first == "", verdict ", closed_first " first)
	agree(verdict != "orderly_close" || first != "" || !(rules["note_closed_first"] || rules["note_crossed"]),
		verdict ", and nobody closed first")
	agree(verdict != "reset_data_after_fin" || !("never_received" in rules),
		verdict " beside never_received")
	agree(!("never_received" in rules) || $0 !~ /"verdict":"reset_(unread_data|destroyed)"/,
		"unread data beside never_received")
	if (shown) {
		agree(history !~ /F/ || sent(way_of("client"), "F"), "history " history ", no FIN of the client's")
		agree(history !~ /f/ || sent(way_of("server"), "F"), "history " history ", no FIN of the server's")
		agree(history !~ /R/ || sent(way_of("client"), "R"), "history " history ", no RST of the client's")
		agree(history !~ /r/ || sent(way_of("server"), "R"), "history " history ", no RST of the server's")
		agree(zeek != "SF" || history ~ /F/ && history ~ /f/, "zeek SF, history " history)
		agree(verdict != "orderly_close" || rules["fin_unseen"] ||
			closed("client") && closed("server"),
			verdict " without two FINs")
	}
	end("client", "server")
	end("server", "client")
}

FILENAME == ARGV[2] && column("record") != "connection" { next }

FILENAME == ARGV[2] {
	number = column("connection")
	client = column("client_ip") "." column("client_port")
	server = column("server_ip") "." column("server_port")
	start = seconds(column("start_time"))
	lasted = column("duration_s") + 0
	reset = column("reset_by")
	first = column("closed_first")
	# All of its packets are among those that tcpdump shows.
	shown = sent(way_of("client"), "") == column("client_packets") &&
		sent(way_of("server"), "") == column("server_packets")
	split("", rules)
	lost_fins = ""
	evidence()
	connection()
	resets[number] = shown ? sent(way_of("client"), "R") + sent(way_of("server"), "R") : -1
	icmps[number] = (way_of("client") in quoted)
	answers[number] = shown ? sent(way_of("server"), "") : -1
	next
}

# Text ------------------------------------------------------------------------

# A whole block as one line.
function block(   linux, side) {
	if (number == "") return
	if (resets[number] >= 0) {
		if (text ~ /no RST was captured/) claim(!resets[number], "\"no RST was captured\"")
		if (says ~ /answered by RST|answered with RST|with RST:/)
			claim(resets[number] || says ~ /no answer/, "\"" says "\" without a RST")
		if (says ~ /[Tt]he server answered/)
			claim(answers[number], "\"" says "\" of a server that sent nothing")
	}
	if (text ~ /no ICMP error that quotes/) claim(!icmps[number], "\"no ICMP error\" in a capture with one")
	if (text ~ /this RST answers none|this one answers no segment/)
		claim(text !~ /the RST answers the (client|server)/,
			"a RST that answers a segment, and none")
	if (text ~ /this one does|is a kernel's answer/)
		claim(text ~ /the RST answers the|how a kernel answers/, "a RST that answers no segment")
	if (says ~ /\(possible\)/ && says !~ /^(still open|unknown|unexplained RST)/)
		claim(says ~ / may | may$/, "possible, and no \"may\": " says)
	if (says ~ /nothing left to read/) claim(text !~ /got no reply/, says)
	if (match(text, /to be sure .* programs /)) {
		linux = substr(text, RSTART, RLENGTH)
		side = side_in(linux)
		claim(linux !~ /nstat|strace|ss -/ || linux ~ /on Linux/ ||
			foreign[side] == "", "Linux's tools on " foreign[side] ": " linux)
	}
}

/^#[0-9]/ { block(); number = substr($1, 2); text = says = ""; split("", foreign); in_says = 1; next }
/^  [a-z][a-zA-Z ]*  / { in_says = 0 }
number != "" && /^$/ { in_says = 0 }
number != "" {
	line = $0
	gsub(/ +/, " ", line)
	if (in_says) says = says line
	text = text line
	if (/^  programs +client /) at = "client"
	else if (/^ +server +[a-z]/) at = "server"
	if (match(line, /\((Windows|macOS|FreeBSD|OpenBSD|lwIP|gVisor)\)/))
		foreign[at] = substr(line, RSTART, RLENGTH)
}

END {
	block()
	print "held " claims + 0 " " columns + 0
}
