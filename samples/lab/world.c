#include "world.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

// Slow timers made quick: R2 after six seconds, a request socket that is given
// up after its second SYN-ACK, orphans that go after a second try.
#define QUICK_TIMERS                                                           \
	{ "ipv4/tcp_retries2", "5" }, { "ipv4/tcp_synack_retries", "2" },      \
	    { "ipv4/tcp_orphan_retries", "3" },                                \
	{                                                                      \
		"mptcp/enabled", "1"                                           \
	}

static const struct setting plain[] = { QUICK_TIMERS, { 0, 0 } };

static const struct setting strict[] = {
	QUICK_TIMERS,
	{ "ipv4/tcp_abort_on_overflow", "1" },
	{ "ipv4/tcp_syncookies", "0" },
	{ "ipv4/tcp_ecn", "1" },
	{ 0, 0 },
};

static const struct setting spare[] = {
	QUICK_TIMERS,
	{ "ipv4/tcp_timestamps", "0" },
	{ "ipv4/tcp_sack", "0" },
	{ "ipv4/tcp_rmem", "4096 16384 65536" },
	{ "ipv4/tcp_wmem", "4096 16384 262144" },
	{ 0, 0 },
};

static const struct setting ample[] = {
	QUICK_TIMERS,
	{ "ipv4/tcp_rmem", "4096 262144 33554432" },
	{ 0, 0 },
};

const struct world_kind world_kinds[] = {
	{ "plain", "the kernel's defaults", false, plain },
	{ "strict", "tcp_abort_on_overflow=1, no SYN cookies, ECN", false,
	  strict },
	{ "spare", "no timestamps, no SACK, tcp_rmem at most 64 KiB", false,
	  spare },
	{ "ample", "tcp_rmem up to 32 MiB; segmentation offload", true, ample },
	{ 0, 0, false, 0 },
};

struct making {
	struct world *w;
	const char *failed;
};

// In a thread of its own: making a host moves the thread into its namespace.
static void *make_hosts(void *arg)
{
	struct making *m = arg;
	struct world *w = m->w;

	for (int i = 0; i < 2 && !m->failed; i++)
		m->failed = host_make(&w->host[i], i ? SERVER : CLIENT, w->base,
				      w->kind->settings, w->kind->offload);
	return 0;
}

const char *world_make(struct world *w, const struct world_kind *kind,
		       uint8_t base)
{
	struct making m = { .w = w };
	pthread_t t;

	memset(w, 0, sizeof(*w));
	w->kind = kind;
	w->base = base;
	if (pthread_create(&t, 0, make_hosts, &m))
		return "pthread_create";
	pthread_join(t, 0);
	if (m.failed)
		return m.failed;
	w->path = path_start(w->host);
	return w->path ? 0 : "path";
}

unsigned world_stop(struct world *w)
{
	unsigned lost = 0;

	clock_rest(100 * MS); // the captures' last blocks
	path_stop(w->path);
	for (int i = 0; i < 2; i++)
		lost += host_stop(&w->host[i]);
	return lost;
}

void world_free(struct world *w)
{
	path_free(w->path);
	for (int i = 0; i < 2; i++) {
		film_free(&w->host[i].film);
		pcap_close(w->host[i].pcap);
		close(w->host[i].tun);
		close(w->host[i].ns);
	}
}
