// A host: a network namespace of its own with one TUN device, whose other end
// the lab holds, and a capture on that device. The namespace has no name and
// lives as long as the lab's process: nothing to clean up, even after SIGKILL.
#ifndef LAB_HOST_H
#define LAB_HOST_H

#include <pcap/pcap.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/side.h"
#include "film.h"

// A kernel setting of one namespace: a file under /proc/sys/net.
struct setting {
	const char *name, *value;
};

struct host {
	int ns;  // the namespace, for setns(2)
	int tun; // what the host sends is read here and vice versa
	pcap_t *pcap;
	pthread_t filmer;
	struct film film;
	bool filming;
};

// Makes the host of that side with the addresses of base, applies the NULL
// name-terminated settings. offload: segmentation and checksums are left to the
// device, so captures show super-segments. The calling thread stays in the
// host's namespace. NULL, or what failed (errno says why).
const char *host_make(struct host *h, enum side side, uint8_t base,
		      const struct setting *settings, bool offload);

// Ends the capture; returns how many packets it lost.
unsigned host_stop(struct host *h);

// Moves the calling thread into the host's namespace.
bool host_enter(const struct host *h);

#endif
