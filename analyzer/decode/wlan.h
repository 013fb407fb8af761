// IEEE 802.11 as far as unencrypted data frames go, and radiotap before it.
#ifndef TCPWHY_WLAN_H
#define TCPWHY_WLAN_H

#include "decode/layer.h"

struct next wlan_frame(struct walk *w);    // LINKTYPE_IEEE802_11
struct next wlan_radiotap(struct walk *w); // LINKTYPE_IEEE802_11_RADIOTAP

#endif
