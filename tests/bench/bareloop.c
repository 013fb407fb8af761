// libpcap's read loop and nothing else: the base of every ratio.
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdio.h>

static void count(u_char *user, const struct pcap_pkthdr *h, const u_char *p)
{
	uint64_t *packets = (uint64_t *)(void *)user;

	(void)h;
	(void)p;
	++*packets;
}

int main(int argc, char **argv)
{
	char err[PCAP_ERRBUF_SIZE];
	uint64_t packets = 0;
	pcap_t *p = argc == 2 ? pcap_open_offline(argv[1], err) : NULL;

	if (!p)
		return 2;
	if (pcap_loop(p, -1, count, (u_char *)(void *)&packets) < 0)
		return 1;
	printf("%" PRIu64 "\n", packets);
	pcap_close(p);
	return 0;
}
