// What carries IP inside IP or between Ethernet and IP: GRE and its kin, MPLS,
// and the tunnels over UDP that are known by their port. A port proves
// nothing: what doesn't look like the tunnel is taken for plain UDP.
#ifndef TCPWHY_TUNNEL_H
#define TCPWHY_TUNNEL_H

#include "decode/layer.h"

struct next tunnel_udp(struct walk *w);     // RFC 768; SPACE_UDP follows
struct next tunnel_gre(struct walk *w);     // RFC 2784, 2890, 2637
struct next tunnel_etherip(struct walk *w); // RFC 3378
struct next tunnel_mpls(struct walk *w);    // RFC 3032, one label a call

// SPACE_UDP, SPACE_GRE
extern const struct layers udp_ports;
extern const struct layers gre_protocols;

#endif
