// What two captures of the same traffic tell as a whole.
#ifndef TCPWHY_PAIR_SUM_H
#define TCPWHY_PAIR_SUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pair_end { PAIR_CLIENT, PAIR_SERVER }; // whose capture

// The captures as a whole; times in ns.
struct pair_sum {
	size_t pairs, translated;  // connections; of them through NAT
	size_t alone[2];           // only in this end's capture
	bool clocks;               // the next two are known
	int64_t offset;            // server's clock minus client's
	int64_t doubt;             // it is that, plus or minus this
	int64_t delay[2];          // median on the way from this end
	uint64_t sent[2], lost[2]; // data, SYN, FIN and RST by sender
	uint64_t forged;           // RSTs that nobody sent
};

#endif
