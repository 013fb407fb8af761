#include "base/services.h"

#include <stddef.h>

// Ascending. Below 1024 those that servers use today: clients take such ports,
// too, where a service trusts them (NFS, rsh).
static const uint16_t ports[] = {
	20,    21,    22,    23,    25,    43,    49,    53,    70,    79,
	80,    88,    102,   110,   111,   113,   119,   135,   139,   143,
	179,   199,   389,   427,   443,   445,   464,   465,   502,   515,
	543,   544,   548,   554,   587,   593,   623,   631,   636,   646,
	873,   902,   989,   990,   993,   995,   1080,  1194,  1352,  1433,
	1434,  1494,  1521,  1723,  1883,  1935,  2049,  2181,  2375,  2376,
	2379,  2380,  2404,  3000,  3128,  3260,  3268,  3269,  3306,  3389,
	4222,  4369,  5000,  5060,  5061,  5201,  5222,  5269,  5432,  5671,
	5672,  5900,  5984,  5985,  5986,  6379,  6432,  6443,  6514,  6667,
	7000,  7199,  8000,  8009,  8080,  8086,  8088,  8089,  8123,  8161,
	8443,  8500,  8554,  8883,  8888,  9000,  9042,  9090,  9092,  9100,
	9200,  9300,  9418,  9999,  10000, 10050, 10051, 10250, 11211, 15672,
	25565, 25672, 26257, 26379, 27017, 28015, 44818, 47808, 50051, 61613,
	61616,
};

bool service_is_known(uint16_t port)
{
	size_t low = 0, high = sizeof ports / sizeof *ports;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ports[middle] < port)
			low = middle + 1;
		else
			high = middle;
	}
	return low < sizeof ports / sizeof *ports && ports[low] == port;
}
