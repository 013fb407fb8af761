#include "judge/timers.h"

#include "base/nanoseconds.h"

#include <stddef.h>

// Defaults, as their makers document them. One row for each time and whose it
// is, which names all that share it; behind it stands where each is set.
static const struct timer {
	int64_t seconds;
	unsigned of; // enum timer_of
	const char *name;
} timers[] = {
	// --keep-alive
	{ 2, TIMER_OF_SERVER, "gunicorn keep-alive (2 s)" },
	// KeepAliveTimeout; server.keepAliveTimeout; --timeout-keep-alive
	{ 5, TIMER_OF_SERVER,
	  "Apache httpd, Node.js or uvicorn keep-alive (5 s)" },
	// connectionTimeout in the server.xml it comes with; persistent_timeout
	{ 20, TIMER_OF_SERVER, "Tomcat or Puma keep-alive (20 s)" },
	// jetty.http.idleTimeout
	{ 30, TIMER_OF_SERVER, "Jetty idle timeout (30 s)" },
	// "timeout client" and "timeout server" of Debian's haproxy.cfg
	{ 50, TIMER_OF_SERVER | TIMER_OF_CLIENT | TIMER_OF_POOL,
	  "haproxy as Debian configures it (50 s)" },
	// idle_timeout.timeout_seconds; client_header_timeout
	{ 60, TIMER_OF_PATH,
	  "AWS application or classic load balancer (60 s)" },
	{ 60, TIMER_OF_SERVER,
	  "AWS application or classic load balancer, nginx waiting for a "
	  "request (60 s)" },
	// idle_timeout.timeout_seconds; proxy_read_timeout; read_timeout
	{ 60, TIMER_OF_CLIENT,
	  "AWS application or classic load balancer, nginx proxy_read_timeout, "
	  "botocore (60 s)" },
	// an upstream's keepalive_timeout; PooledConnectionIdleTimeout
	{ 60, TIMER_OF_POOL, "nginx upstream, .NET connection pool (60 s)" },
	// keepalive_timeout in the nginx.conf it comes with; persistent_timeout
	{ 65, TIMER_OF_SERVER,
	  "nginx as it is packaged, Puma 7 keep-alive (65 s)" },
	// keepalive_timeout where nginx.conf says nothing
	{ 75, TIMER_OF_SERVER, "nginx keepalive_timeout (75 s)" },
	// http.DefaultTransport: IdleConnTimeout
	{ 90, TIMER_OF_POOL, "Go http.Transport (90 s)" },
	// HttpClient.Timeout
	{ 100, TIMER_OF_CLIENT, ".NET HttpClient (100 s)" },
	// webLimits connectionTimeout
	{ 120, TIMER_OF_SERVER, "IIS connection timeout (120 s)" },
	// KestrelServerLimits.KeepAliveTimeout
	{ 130, TIMER_OF_SERVER, "Kestrel keep-alive (130 s)" },
	// idleTimeoutInMinutes
	{ 240, TIMER_OF_PATH, "Azure load balancer (4 min)" },
	// ConnectionPool(keepAliveDuration); kUsedIdleSocketTimeout
	{ 300, TIMER_OF_POOL, "OkHttp or Chromium connection pool (5 min)" },
	// tcp.idle_timeout.seconds; not to be changed
	{ 350, TIMER_OF_PATH,
	  "AWS network load balancer or NAT gateway (350 s)" },
	// VPC firewall connection tracking
	{ 600, TIMER_OF_PATH,
	  "Google Cloud connection tracking, ingress streams (10 min)" },
	// idleTimeout; server_idle_timeout
	{ 600, TIMER_OF_POOL,
	  "HikariCP or PgBouncer connection pool (10 min)" },
	// httpKeepAliveTimeoutSec
	{ 610, TIMER_OF_SERVER,
	  "Google Cloud application load balancer (610 s)" },
	// ipvsadm --set
	{ 900, TIMER_OF_PATH, "Linux IPVS (15 min)" },
	// connections to a gateway; "inactivity-timeout" of tcp
	{ 1800, TIMER_OF_PATH, "Azure SQL gateway, Juniper SRX (30 min)" },
	// "timeout conn"; tcp session timeout; session-ttl
	{ 3600, TIMER_OF_PATH,
	  "firewalls of Cisco, Palo Alto or Fortinet (1 h)" },
	// idle_timeout of its HTTP connection manager and of its TCP proxy
	{ 3600, TIMER_OF_SERVER | TIMER_OF_POOL, "Envoy (1 h)" },
	// net.ipv4.tcp_keepalive_time: the next segment is a keep-alive
	{ 7200, TIMER_OF_PATH, "Linux keep-alive time (2 h)" },
	// wait_timeout
	{ 28800, TIMER_OF_SERVER, "MySQL or MariaDB wait_timeout (8 h)" },
	// tcp.established; conntrack.tcpEstablishedTimeout
	{ 86400, TIMER_OF_PATH, "OpenBSD pf, kube-proxy (1 d)" },
	// net.netfilter.nf_conntrack_tcp_timeout_established
	{ 432000, TIMER_OF_PATH, "Linux conntrack (5 d)" },
};

// Programs look at their clocks now and then, and the capture sees both ends of
// a silence at their time on the way.
static int64_t slack(int64_t time)
{
	return time / 100 > 100 * MS ? time / 100 : 100 * MS;
}

const char *idle_timer_name(int64_t idle, unsigned of)
{
	for (size_t i = 0; i < sizeof(timers) / sizeof(timers[0]); i++) {
		int64_t t = timers[i].seconds * SECOND;
		if (timers[i].of & of && idle >= t - slack(t) &&
		    idle <= t + slack(t))
			return timers[i].name;
	}
	return NULL;
}
