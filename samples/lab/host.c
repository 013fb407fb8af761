#define _GNU_SOURCE
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "seg.h"

static const char tun_name[] = "tw0";

static bool write_setting(const struct setting *s)
{
	char path[128];
	size_t n = strlen(s->value);
	bool ok;
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/%s", s->name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ok = write(fd, s->value, n) == (ssize_t)n;
	close(fd);
	return ok;
}

static const char *apply(const struct setting *s)
{
	for (; s->name; s++)
		if (!write_setting(s))
			return s->name;
	return 0;
}

// Every host needs these: all of its range is local to it without being
// configured address by address, and it keeps quiet otherwise.
static const struct setting base_settings[] = {
	{ "ipv6/ip_nonlocal_bind", "1" },
	{ "ipv6/conf/default/addr_gen_mode", "1" },
	{ "ipv6/conf/default/accept_ra", "0" },
	{ "ipv6/conf/default/accept_dad", "0" },
	{ "ipv6/conf/default/router_solicitations", "0" },
	{ "ipv4/conf/all/rp_filter", "0" },
	{ "ipv4/conf/default/rp_filter", "0" },
	{ "ipv4/tcp_no_metrics_save", "1" },
	{ "ipv4/icmp_ratelimit", "0" },
	{ 0, 0 },
};

static int open_tun(bool offload)
{
	struct ifreq r = { .ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR };
	unsigned long what = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -1;
	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", tun_name);
	if (ioctl(fd, TUNSETIFF, &r) == 0 &&
	    ioctl(fd, TUNSETOFFLOAD, offload ? what : 0) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool link_up(int s, const char *name)
{
	struct ifreq r = { .ifr_flags = IFF_UP | IFF_RUNNING };

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	return ioctl(s, SIOCSIFFLAGS, &r) == 0;
}

// A queue that never overflows: only the path's rules may lose a packet.
static bool long_queue(int s)
{
	struct ifreq r = { .ifr_qlen = 100000 };

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", tun_name);
	return ioctl(s, SIOCSIFTXQLEN, &r) == 0;
}

struct route_request {
	struct nlmsghdr h;
	struct rtmsg r;
	uint8_t room[64];
};

static void put_attribute(struct route_request *q, unsigned short type,
			  const void *data, size_t n)
{
	size_t at = NLMSG_ALIGN(q->h.nlmsg_len);
	struct rtattr a = { .rta_len = (unsigned short)RTA_LENGTH(n),
			    .rta_type = type };

	memcpy((uint8_t *)q + at, &a, sizeof(a));
	memcpy((uint8_t *)q + at + RTA_LENGTH(0), data, n);
	q->h.nlmsg_len = (uint32_t)(at + RTA_ALIGN(a.rta_len));
}

static bool send_request(struct route_request *q)
{
	struct {
		struct nlmsghdr h;
		struct nlmsgerr e;
		uint8_t more[256];
	} answer = { .e.error = -EIO };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	bool ok = fd >= 0 && send(fd, q, q->h.nlmsg_len, 0) > 0 &&
		  recv(fd, &answer, sizeof(answer), 0) > 0 &&
		  answer.e.error == 0;

	if (fd >= 0)
		close(fd);
	if (!ok)
		errno = -answer.e.error;
	return ok;
}

// Makes the whole range of `local` local to the host, or, if local is NULL,
// sends everything else of that family to the device.
static bool add_route(bool v6, const struct place *local)
{
	struct route_request q = { 0 };
	uint32_t device = if_nametoindex(local ? "lo" : tun_name);
	uint8_t address[16];
	size_t n;

	q.h.nlmsg_len = NLMSG_LENGTH(sizeof(q.r));
	q.h.nlmsg_type = RTM_NEWROUTE;
	q.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK;
	q.r.rtm_family = v6 ? AF_INET6 : AF_INET;
	q.r.rtm_table = local ? RT_TABLE_LOCAL : RT_TABLE_MAIN;
	q.r.rtm_protocol = RTPROT_STATIC;
	q.r.rtm_scope = local && !v6 ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE;
	q.r.rtm_type = local ? RTN_LOCAL : RTN_UNICAST;
	if (local) {
		n = place_bytes(local, address);
		q.r.rtm_dst_len = v6 ? 64 : 16;
		put_attribute(&q, RTA_DST, address, n);
	} else if (!v6) {
		q.r.rtm_scope = RT_SCOPE_LINK;
	}
	put_attribute(&q, RTA_OIF, &device, sizeof(device));
	return send_request(&q);
}

static const char *wire_up(struct host *h, enum side side, uint8_t base,
			   bool offload)
{
	struct place p = { .base = base, .side = side };
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool ok;

	h->tun = open_tun(offload);
	ok = s >= 0 && h->tun >= 0 && long_queue(s) && link_up(s, "lo") &&
	     link_up(s, tun_name);
	if (s >= 0)
		close(s);
	if (!ok)
		return "TUN device";
	for (int v6 = 0; v6 < 2; v6++) {
		p.v6 = v6;
		if (!add_route(v6, &p) || !add_route(v6, 0))
			return v6 ? "IPv6 routes" : "IPv4 routes";
	}
	return 0;
}

static void keep_shot(uint8_t *arg, const struct pcap_pkthdr *h,
		      const uint8_t *p)
{
	struct film *f = (void *)arg;
	int64_t time = (int64_t)h->ts.tv_sec * SECOND + h->ts.tv_usec;

	film_add(f, time, p, h->caplen, h->len);
}

static void *film_thread(void *arg)
{
	struct host *h = arg;

	pcap_loop(h->pcap, -1, keep_shot, (void *)&h->film);
	return 0;
}

static const char *start_capture(struct host *h)
{
	char err[PCAP_ERRBUF_SIZE];

	h->pcap = pcap_create(tun_name, err);
	if (!h->pcap)
		return "pcap_create";
	pcap_set_snaplen(h->pcap, FILM_SNAP);
	pcap_set_buffer_size(h->pcap, 128 << 20);
	pcap_set_timeout(h->pcap, 20);
	pcap_set_tstamp_precision(h->pcap, PCAP_TSTAMP_PRECISION_NANO);
	if (pcap_activate(h->pcap) < 0)
		return "pcap_activate";
	if (pthread_create(&h->filmer, 0, film_thread, h))
		return "pthread_create";
	h->filming = true;
	return 0;
}

const char *host_make(struct host *h, enum side side, uint8_t base,
		      const struct setting *settings, bool offload)
{
	const char *what;

	memset(h, 0, sizeof(*h));
	if (unshare(CLONE_NEWNET) < 0)
		return "unshare";
	h->ns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (h->ns < 0)
		return "/proc/thread-self/ns/net";
	if ((what = apply(base_settings)) || (what = apply(settings)))
		return what;
	if ((what = wire_up(h, side, base, offload)))
		return what;
	return start_capture(h);
}

unsigned host_stop(struct host *h)
{
	struct pcap_stat s = { 0 };

	if (!h->filming)
		return 0;
	pcap_breakloop(h->pcap);
	pthread_join(h->filmer, 0);
	h->filming = false;
	pcap_stats(h->pcap, &s);
	return s.ps_drop;
}

bool host_enter(const struct host *h)
{
	return setns(h->ns, CLONE_NEWNET) == 0;
}
