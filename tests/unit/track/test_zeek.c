#include "track/zeek.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decode/packet.h"
#include "read/capture.h"
#include "skip.h"

// Connections are written as words, a segment each:
//
//   cS sSA cA c100A s1400A cFA sR
//
// who sends it, its payload, its flags (S F R A; lower case w: a window of
// zero). Numbers go on from what that side sent before, and acknowledge all
// that the other one sent. "-10" sends it from 10 bytes before, "+10" from 10
// bytes behind (which nobody captured), "/10" acknowledges 10 bytes less.
// "@6000" waits, in ms; "*9" repeats the word before it nine times.
struct play {
	struct zeek z;
	int64_t now;
	uint32_t next[2];
	uint64_t bytes[2];
};

static uint8_t flag_of(char c)
{
	static const char names[] = "FSRPA";
	const char *p = strchr(names, c);

	assert_non_null(p);
	return (uint8_t)(1U << (p - names));
}

static void play_segment(struct play *p, const char *word)
{
	enum side from = *word == 'c' ? CLIENT : SERVER;
	struct segment s = { .window = 1000, .seq = p->next[from] };
	char *end;

	s.time = p->now;
	s.ack = p->next[!from];
	s.len = (uint32_t)strtoul(word + 1, &end, 10);
	while (*end && *end != ' ') {
		char c = *end++;
		if (isupper((unsigned char)c)) {
			s.flags |= flag_of(c);
		} else if (c == 'w') {
			s.window = 0;
		} else {
			uint32_t n = (uint32_t)strtoul(end, &end, 10);
			s.seq += c == '+' ? n : c == '-' ? -n : 0;
			s.ack -= c == '/' ? n : 0;
		}
	}
	if (!(s.flags & TCP_RST)) {
		uint32_t behind =
		    s.seq + s.len + (s.flags & (TCP_SYN | TCP_FIN) ? 1 : 0);
		if ((int32_t)(behind - p->next[from]) > 0)
			p->next[from] = behind;
		p->bytes[from] += s.len;
	}
	if (!(s.flags & TCP_ACK))
		s.ack = 0;
	zeek_segment(&p->z, from, &s);
}

static void play(struct play *p, const char *script)
{
	const char *last = script;

	for (const char *w = script; *w; w += strcspn(w, " ")) {
		w += strspn(w, " ");
		unsigned long n = strtoul(w + 1, NULL, 10);
		if (*w == '@') {
			p->now += (int64_t)n * 1000000;
		} else if (*w == '*') {
			while (n-- > 0)
				play_segment(p, last);
		} else {
			play_segment(p, w);
			last = w;
		}
	}
}

static struct play play_new(uint32_t client, uint32_t server)
{
	return (struct play){ .now = INT64_C(1700000000000000000),
			      .next = { client, server } };
}

struct ending {
	const char *script, *state, *history;
};

static void check(const struct ending *e, size_t n)
{
	// Initial numbers: plain, about to wrap, about to change their sign.
	static const uint32_t isn[] = { 1000, 0xffffffff, 0x7ffffffe };

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < 9; k++) {
			struct play p = play_new(isn[k / 3], isn[k % 3]);
			play(&p, e[i].script);
			if (strcmp(p.z.history, e[i].history) ||
			    strcmp(
				zeek_state_name(zeek_conn_state(&p.z, p.bytes)),
				e[i].state))
				fail_msg("%s (%zu): %s %s, not %s %s",
					 e[i].script, k,
					 zeek_state_name(
					     zeek_conn_state(&p.z, p.bytes)),
					 p.z.history, e[i].state, e[i].history);
		}
}

#define CHECK(table) check(table, sizeof(table) / sizeof((table)[0]))

// Every conn_state that Zeek documents.
static void states(void **state)
{
	static const struct ending table[] = {
		{ "cS", "S0", "S" },
		{ "cS cS-1 cS-1", "S0", "S" },
		{ "cS sSA cA", "S1", "ShA" },
		{ "cS sSA", "S1", "Sh" },
		{ "cS sSA cA c9A sA s9A cA cFA sFA cA", "SF", "ShADadFf" },
		{ "cS sRA", "REJ", "Sr" },
		{ "cS sSA cA cFA sA", "S2", "ShAFa" },
		{ "cS sSA cA sFA cA", "S3", "ShAf" },
		{ "cS sSA cA c9A cRA", "RSTO", "ShADR" },
		{ "cS sSA cR", "RSTO", "ShR" },
		{ "cS sSA cA c9A sR", "RSTR", "ShADr" },
		{ "cS cR", "RSTOS0", "SR" },
		{ "sSA sR", "RSTRH", "^hr" },
		{ "cS cF", "SH", "SF" },
		{ "sSA sF", "SHR", "^hf" },
		{ "cA c9A sA", "OTH", "ADa" },
		{ "sSA", "OTH", "^h" },
	};

	(void)state;
	CHECK(table);
}

static void resets(void **state)
{
	static const struct ending table[] = {
		// A RST of the client where nothing of the server was seen.
		{ "cS sA cR", "RSTOS0", "SaR" },
		{ "cS sA cFA cR", "OTH", "SaFR" },
		{ "cS c9 cR", "RSTOS0", "SDR" },
		{ "cS cA cR", "OTH", "SAR" },
		{ "cR", "OTH", "R" },
		// It and the server's: refused, if there was no data.
		{ "cS sSA cR sR", "REJ", "ShRr" },
		{ "cS sSA c9A cR sR", "RSTR", "ShDRr" },
		// FIN, RST, FIN is a close; so is a RST that comes too late.
		{ "cS sSA cA cFA cR-1 sFA", "SF", "ShAFRf" },
		{ "cS sSA cA cFA sFA cA cR", "SF", "ShAFfR" },
		{ "cS sSA cA cFA s9A cR", "RSTO", "ShAFdR" },
		{ "cS sSA cA sFA c9A sR", "RSTR", "ShAfDr" },
		// Again only with another number.
		{ "cS sSA cA cR cR cR+9 cR+9", "RSTO", "ShARR" },
		{ "cS sSA cA cFA cFA-1 cFA", "S2", "ShAFF" },
		// Numbers count from the SYN, or else from the first segment.
		{ "cS sR+500 sSA sR", "REJ", "Srh" },
		{ "cS sR+500 sSA sR+1", "REJ", "Srhr" },
		{ "cS sSA cA cR c9A cR-9", "RSTO", "ShARD" },
		{ "cS sSA cA cR c9A+9 sA cR-18", "RSTO", "ShARDa" },
	};

	(void)state;
	CHECK(table);
}

static void odd_segments(void **state)
{
	static const struct ending table[] = {
		{ "cS sSA cA cFR", "RSTO", "ShAI" },
		{ "cSF", "SH", "Q" },
		{ "cSR", "OTH", "Q" },
		{ "cS sSA cA c cA", "S1", "ShA" },
		// The server acknowledges before it sends its SYN.
		{ "cS sA sSA cA", "S1", "SahA" },
		// Both sides open.
		{ "cS sS cA", "S1", "SsA" },
		// The SYN was not captured, or comes late.
		{ "sSA cA c9A", "S1", "^hAD" },
		{ "sSA cS", "OTH", "^hS" },
		{ "s9A c9A", "OTH", "^dD" },
		{ "cA cS", "S0", "AS" },
		{ "s cS cR", "RSTOS0", "^SR" },
	};

	(void)state;
	CHECK(table);
}

static void repetitions(void **state)
{
	static const struct ending table[] = {
		{ "cS sSA cA c9A c9A-9 *8", "S1", "ShADT" },
		{ "cS sSA cA c9A c9A-9 *9", "S1", "ShADTT" },
		{ "cS sSA cA c9A c9A-9 *98", "S1", "ShADTT" },
		{ "cS sSA cA c9A c9A-9 *99", "S1", "ShADTTT" },
		{ "cS sSA cA c9A c9A-9 *99999", "S1", "ShADTTTTTT" },
		{ "cS sSA cA c9A c9A-9 *200000", "S1", "ShADTTTTTT" },
		// Part of it is new; a keep-alive; late, not repeated.
		{ "cS sSA cA c9A c9A-5", "S1", "ShAD" },
		{ "cS sSA cA c9A c1A-1 cA-1", "S1", "ShADT" },
		{ "cS sSA c1A-1", "S1", "ShDT" },
		{ "cS sSA cA c9A+9 c9A-18", "S1", "ShADT" },
		// Payload on a SYN; on a RST; behind one.
		{ "c9S sSA", "S1", "STh" },
		{ "c9S cS-10 c9A-9 *8", "S0", "STDT" },
		{ "cS sSA cA c9R", "RSTO", "ShART" },
		{ "cS sSA cA c9R-2000000", "RSTO", "ShAR" },
		{ "cS sSA cA c9A cR c9A-9", "RSTO", "ShADR" },
		// A SYN-ACK that is sent again takes its numbers back.
		{ "cS sSA cA s9A sSA-10 s9A-9", "S1", "ShAd" },
		{ "cS sSA cA s9A s9A-9", "S1", "ShAdt" },
		{ "cS sSA c9A cFA cS-11 c9A-10", "S2", "ShDFT" },
		// More than 2 GB between SYN and FIN, nothing of it captured.
		{ "cS sSA cA c9FA+3000000000", "S2", "ShAF" },
	};

	(void)state;
	CHECK(table);
}

static void windows(void **state)
{
	static const struct ending table[] = {
		{ "cS sSA cA sAw *8", "S1", "ShAaw" },
		{ "cS sSA cA sAw *9", "S1", "ShAaww" },
		{ "cS sSA cA sAw *70000", "S1", "ShAawwwww" },
		{ "cSw sSAw", "S1", "SWhw" },
		{ "cS sSA cA s9Aw", "S1", "ShAdw" },
		// Nothing new from a RST, or to a side that has closed.
		{ "cS sSA cA sRw", "RSTR", "ShAr" },
		{ "cS sSA cA sR sAw", "RSTR", "ShAra" },
		{ "cS sSA cA cFA sAw", "S2", "ShAFa" },
		{ "cS sSA cA sFA sAw", "S3", "ShAfaw" },
	};

	(void)state;
	CHECK(table);
}

static void gaps(void **state)
{
	static const struct ending table[] = {
		// Acknowledged, and never captured.
		{ "cS sSA cA c9A+9 sA", "S1", "ShADaG" },
		{ "cS sSA cA c9A+9 sA c9A sA", "S1", "ShADaG" },
		{ "cS sSA cA c9A c9A+9 sA c9A+9 sA", "S1", "ShADaG" },
		// It comes in time: lost on the way to the receiver only.
		{ "cS sSA cA c9A+9 sA/18 c9A-18 sA", "S1", "ShADaT" },
		{ "cS sSA cA c9A+9 sA/18", "S1", "ShADa" },
		{ "cS sSA cA c9A+9 sA/10", "S1", "ShADaG" },
		// A FIN is no payload, and no hole; one may lie before it.
		{ "cS sSA cA c9A cFA sA", "S2", "ShADFa" },
		{ "cS sSA cA c9A cFA+9 sA", "S2", "ShADFaG" },
		// Only where both sides are known from their start.
		{ "c9A sA c9A+9 sA", "OTH", "Da" },
		{ "cS sSA cA c9A+9 cRA sA", "RSTO", "ShADRa" },
		{ "cS sSA cA c9A+9 sRA", "RSTR", "ShADr" },
		{ "cS cFA+9 sSA", "S2", "SFh" },
		// Each acknowledgment is a gap of its own.
		{ "cS sSA cA cA+20 sA/19 sA/18 sA/17 sA/16 sA/15 sA/14 sA/13 "
		  "sA/12 sA/11",
		  "S1", "ShAaG" },
		{ "cS sSA cA cA+20 sA/19 sA/18 sA/17 sA/16 sA/15 sA/14 sA/13 "
		  "sA/12 sA/11 sA/10",
		  "S1", "ShAaGG" },
	};
	struct play p = play_new(0, 0);

	(void)state;
	CHECK(table);
	play(&p, "cS sSA cA");
	for (int i = 0; i < 70000; i++)
		play(&p, "s9A+9 cA");
	assert_string_equal(p.z.history, "ShAdggggg");
}

// Zeek drops a connection 5 s after its end.
static void segments_long_after_the_end(void **state)
{
	static const struct ending table[] = {
		{ "cS sSA cFA sFA @4900 sR", "SF", "ShFfr" },
		{ "cS sSA cFA sFA @5100 sR", "SF", "ShFf" },
		{ "cS sSA cA cR @4900 sR", "REJ", "ShARr" },
		{ "cS sSA cA cR @5100 sR", "RSTO", "ShAR" },
		{ "sFA @5100 cR", "SHR", "^f" },
		// The second of two ends counts.
		{ "cS sSA cA c9A cR @4000 sR @4000 s9A", "RSTR", "ShADRrd" },
		// Half closed is no end.
		{ "cS sSA cFA @90000 s9A sFA", "SF", "ShFdf" },
		{ "cS @90000 sSA", "S1", "Sh" },
	};

	(void)state;
	CHECK(table);
}

static void history_is_cut(void **state)
{
	struct play p = play_new(0, 0);

	(void)state;
	play(&p, "cS sSA cA");
	for (int i = 0; i < 50; i++) {
		play(&p, "cR");
		p.next[CLIENT] += 9;
	}
	assert_string_equal(p.z.history, "ShARRRRRRRRRRRRRRRRRRRR");
	assert_string_equal(zeek_state_name(zeek_conn_state(&p.z, p.bytes)),
			    "RSTO");
}

// What Zeek's own tests expect of captures that it publishes, by the client's
// port.
static const struct {
	const char *file;
	uint16_t port;
	const char *state, *history;
} published[] = {
	{ "ftp__ftp-auth-tls.pcap", 40284, "RSTR", "ShAdDafr" },
	{ "http__http-to-ssh.pcap", 40896, "RSTR", "ShADadFr" },
	{ "modbus__modbus-and-non-modbus-p502.pcap", 60293, "RSTO", "ShR" },
	{ "pop3__pop3.pcap", 26242, "REJ", "Sr" },
	{ "tcp__miss_end_data.pcap", 60648, "SF", "ShADafgF" },
	{ "tcp__missing-syn.pcap", 56730, "SF", "^hADdFaf" },
	{ "tcp__single-rst.pcap", 48777, "OTH", "R" },
	{ "tcp__syn-then-ack-then-rst.pcap", 13131, "RSTOS0", "SaR" },
	{ "tcp__syn-then-rst.pcap", 13131, "RSTOS0", "SR" },
	{ "tcp__syn-then-stuff-then-rst.pcap", 13131, "OTH", "SaFR" },
	{ "tls__https-to-http.pcap", 50382, "RSTO", "ShADadfR" },
	{ "tls__imap-starttls.pcap", 49640, "SF", "ShAdDafFr" },
	{ "tls__irc-starttls.pcap", 55123, "SF", "ShADadFRf" },
	{ "tunnels__Teredo.pcap", 1576, "SHR", "^fA" },
	{ "tunnels__Teredo.pcap", 1578, "RSTO", "ShADadR" },
};

// Plays the connection with this port of the client out of a file; false if
// there is no such file.
static bool play_file(struct play *p, const char *file, uint16_t port)
{
	char err[CAPTURE_ERROR];
	struct capture *c = capture_open(&file, 1, err);
	struct frame f;

	if (!c)
		return false;
	while (capture_next(c, &f) == 1) {
		struct packet k;
		packet_decode(&f, &k);
		if (k.kind != PACKET_SEGMENT ||
		    (k.segment.src_port != port && k.segment.dst_port != port))
			continue;
		enum side from = k.segment.src_port == port ? CLIENT : SERVER;
		p->bytes[from] += k.segment.len;
		zeek_segment(&p->z, from, &k.segment);
	}
	capture_close(c);
	return true;
}

static void zeek_agrees(void **state)
{
	size_t read = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
		struct play p = { 0 };
		char file[256];
		snprintf(file, sizeof(file), "../shared/captures/core/zeek__%s",
			 published[i].file);
		if (!play_file(&p, file, published[i].port))
			continue;
		assert_string_equal(p.z.history, published[i].history);
		assert_string_equal(
		    zeek_state_name(zeek_conn_state(&p.z, p.bytes)),
		    published[i].state);
		read++;
	}
	if (!read)
		skip_because("no ../shared/captures");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states),
		cmocka_unit_test(resets),
		cmocka_unit_test(odd_segments),
		cmocka_unit_test(repetitions),
		cmocka_unit_test(windows),
		cmocka_unit_test(gaps),
		cmocka_unit_test(segments_long_after_the_end),
		cmocka_unit_test(history_is_cut),
		cmocka_unit_test(zeek_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
