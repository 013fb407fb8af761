// Lives of a connection, as words (talk.h): some of which each has an end of
// its own, and as many made-up ones as a test likes, the same ones every time.
//
// Made-up lives have words more: % begins another connection on the same
// addresses and ports. Where lives_make() is asked for ODD_FLOW, M is a segment
// with an option of MPTCP, I an ICMP error on the client's last segment: both
// only for a table of connections.
#ifndef TCPWHY_TESTS_LIVES_H
#define TCPWHY_TESTS_LIVES_H

#include <stdio.h>

#include "talk.h"

#define OPEN "cS sSA cA "

static const char *const lives[] = {
	OPEN "c100A s900A cA cFA sFA cA",
	OPEN "c100A sA sFA cFA sA",
	OPEN "cFA sFA/1 cA sA",
	OPEN "c100A cFA sA s500A cA s500A cA sFA cA",
	"cS sRAz",
	"cS @1000 cS-1 @2000 cS-1",
	"cS sSA cR",
	OPEN "@1000 sSA-1 cA @2000 sSA-1 cA",
	OPEN "c100A sA s100A cA sRA",
	OPEN "c64256A sAw0 sRAw502",
	OPEN "c60000A sAw34 sRAw34",
	OPEN "sRA",
	OPEN "c100A sA sFA cA c100A c200A sR sR",
	OPEN "c100A sA sFA cA @60000 cFA sR",
	OPEN "c100A sA s100A cA @2000 c100A sR",
	OPEN "c100A sA s100A cA sRAt50 @5 s50A cA",
	OPEN "c100A sA s100A cA sRA-5 sRA+5 cA c100A sA",
	OPEN "c99A @200 c99A-99 @400 c99A-99 @800 c99A-99",
	OPEN "c99A sA @9999 cA-1 @9999 cA-1 @9999 cRA",
	OPEN "c99A sAw0 @200 cA-1 @400 cA-1 @800 cA-1",
	OPEN "c100A! c100A c100A c200A-300 sA c100A! cFA sA",
	OPEN "c100A c100A-100d s100A s100A-100 cA",
};

enum { LIVES = sizeof(lives) / sizeof(lives[0]) };

// Made-up ones ----------------------------------------------------------------

enum { LIFE_ROOM = 1024, LIFE_WORD = 48 };

enum odd {
	ODD_NEVER,
	ODD_SOMETIMES,
	ODD_FLOW, // ... with what only a table of connections takes
};

static const char *const life_openings[] = {
	"cS! sSA cA ",
	"cS sSA! cA ",
	"cS sSA cA! ",
	"c10S sSA cA ",
	"cSw0 sSAw0 cA ",
	"cS cS-1d sSA cA ",
	"cS sS cSA-1 sSA-1 ",
	"cS @1000 cS-1 sSA sSA-1 cA ",
	"cA ",
	"cSo sSAo cAo ",
	"sSA cS-1 cA ",
	"cS sAz cR @1000 cS-1 sSA cA ",
	"cS s7A/9 cR cS-1 ",
};

static const char *const life_words[] = {
	"c100A ", "s1000A ", "cA ",    "sA ",     "c1A ", "s60000A ",
	"cA/1 ",  "c9Aw7 ",  "s20PA ", "c300Ao ", "@3 ",  "s1Aw1 ",
};

static const char *const life_odd_words[] = {
	"@300 ",
	"@3000 ",
	"@70000 ",
	"~30 ",
	"c100A! ",
	"s100A! ",
	"c100A-100 ",
	"s1000A-1000 ",
	"c200A-100 ",
	"cA-1 ",
	"sA-1 ",
	"sAw0 ",
	"cAw0 ",
	"sAw9 ",
	"sAw999 ",
	"s1Aw0 ",
	"c1A-1 ",
	"cA/10 ",
	"sA/100000 ",
	"cA/4294967286 ",
	"c100A c100A-100d ",
	"cA cAd ",
	"sFA sFA-1d ",
	"cFA-1 ",
	"sFA-1 ",
	"c100A+50 ",
	"c100Al ",
	"cR ",
	"sRA ",
	"cRA ",
	"sR ",
	"sRA-5 ",
	"sRA+5 ",
	"cRA+9 ",
	"sR-20 ",
	"sRAz ",
	"sRAt50 ",
	"s10RA ",
	"sRAi7 ",
	"cSA ",
	"sS ",
	"cS-1 ",
	"sSA-1 ",
	"c9At7 ",
	"sAi0 ",
	"c9 ",
	"cF ",
	"c20FA ",
	"sFA/5 ",
	"s0 ",
	"% ",
};

static const char *const life_ends[] = {
	"cFA sFA cA ",
	"sFA cFA sA ",
	"cFA sA s500A cA sFA cA ",
	"cFA sFA/1 cA sA ",
	"c9FA s9FA cA ",
	"sFA cA c100A sA cFA sA ",
	"cFA sA @5000 sFA cA ",
	"cFA sA @90000 sFA cA ",
	"cFA sFA ",
	"cFA sA ",
	"sRA ",
	"cRA ",
	"c100A sR ",
	"cFA s10A cR ",
	"",
};

// The next of them below n.
static inline uint32_t lives_below(uint64_t *random, size_t n)
{
	*random = *random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)((*random >> 33) % n);
}

#define LIVES_PICK(random, of)                                                 \
	(of)[lives_below(random, sizeof(of) / sizeof((of)[0]))]

static inline const char *lives_odd(uint64_t *random, enum odd odd)
{
	if (odd == ODD_FLOW && !lives_below(random, 12))
		return lives_below(random, 2) ? "M " : "I ";
	return LIVES_PICK(random, life_odd_words);
}

// Life number `seed`. With ODD_NEVER it is opened by a handshake, and nothing
// is lost or repeated.
static inline void lives_make(uint64_t seed, enum odd odd, char out[LIFE_ROOM])
{
	uint64_t random = seed * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t words = lives_below(&random, lives_below(&random, 3) ? 9 : 40);
	uint32_t rare =
	    2U << lives_below(&random, 6); // one odd word in so many
	size_t n = 0;

#define LIVES_ADD(word)                                                        \
	(n += (size_t)snprintf(out + n, LIFE_ROOM - n, "%s", word))
	LIVES_ADD(odd && lives_below(&random, 2)
		      ? LIVES_PICK(&random, life_openings)
		      : OPEN);
	while (words--) {
		LIVES_ADD(LIVES_PICK(&random, life_words));
		if (odd && !lives_below(&random, rare))
			LIVES_ADD(lives_odd(&random, odd));
	}
	LIVES_ADD(LIVES_PICK(&random, life_ends));
	while (odd && lives_below(&random, 2))
		LIVES_ADD(lives_odd(&random, odd));
#undef LIVES_ADD
	assert_true(n < LIFE_ROOM);
}

// Takes the first word; returns what is behind it. A short wait goes with the
// word that it is for.
static inline const char *lives_word(const char *life, char word[LIFE_WORD])
{
	bool with_next = *life == '~';
	size_t n = 0;

	while (life[n] && (life[n] != ' ' || with_next))
		with_next &= life[n++] != ' ';
	assert_true(n < LIFE_WORD);
	memcpy(word, life, n);
	word[n] = '\0';
	return life + n + strspn(life + n, " ");
}

static inline void lives_say_word(struct talk *t, const char *word)
{
	struct talk_line *l = &t->line[t->on];

	if (*word != '%') {
		talk(t, word);
		return;
	}
	talk_isn(t, l->isn[CLIENT] + 7000000, l->isn[SERVER] + 9000000);
	talk(t, OPEN);
}

static inline void lives_say(struct talk *t, const char *life)
{
	char word[LIFE_WORD];

	while (*life) {
		life = lives_word(life, word);
		lives_say_word(t, word);
	}
}

// Others speak, so that who is over is decided, and kept for its neighbours'
// sake or given back.
static inline void lives_others(struct talk *t)
{
	unsigned on = t->on;

	talk(t, "@11000 #9 cS sSA cA c1A #10 cS sSA cA c1A @2000 "
		"#11 cS sSA cA c1A #12 cS sSA cA c1A #13 cS sSA cA c1A");
	for (t->on = 9; t->on < 14; t->on++)
		talk_isn(t, t->line[t->on].isn[CLIENT] + 70000,
			 t->line[t->on].isn[SERVER] + 70000);
	t->on = on;
}

// One connection after its end.
static inline const struct connection *at(const struct talk *t, size_t i)
{
	assert_in_range(i + 1, 1, analysis_count(t->analysis));
	return analysis_get(t->analysis, i);
}

static inline const struct connection *settled(struct talk *t, size_t i)
{
	analysis_settle(t->analysis);
	return at(t, i);
}

#endif
