#include "addr.h"

#include <stdio.h>
#include <string.h>

static const uint8_t v4_prefix[12] = { [10] = 0xff, [11] = 0xff };

bool addr_is_v4(const struct addr *a)
{
	return memcmp(a->b, v4_prefix, 12) == 0;
}

int addr_cmp(const struct addr *a, const struct addr *b)
{
	return memcmp(a->b, b->b, 16);
}

static unsigned group(const struct addr *a, int i)
{
	return (unsigned)(a->b[2 * i] << 8 | a->b[2 * i + 1]);
}

// The first of the longest runs of two or more zero groups (RFC 5952, 4.2);
// returns its length, 0 for none.
static int longest_zeros(const struct addr *a, int *start)
{
	int best = 0;

	for (int i = 0; i < 8; i++) {
		int n = 0;
		while (i + n < 8 && group(a, i + n) == 0)
			n++;
		if (n > 1 && n > best) {
			best = n;
			*start = i;
		}
	}
	return best;
}

static void v6_text(const struct addr *a, char out[ADDR_TEXT])
{
	int start = 0;
	int zeros = longest_zeros(a, &start);
	size_t used = 0;

	out[0] = '\0';
	for (int i = 0; i < 8; i++) {
		const char *colon =
		    i == 0 || (zeros && i == start + zeros) ? "" : ":";
		if (zeros && i == start) {
			used += (size_t)snprintf(out + used, ADDR_TEXT - used,
						 "::");
			i += zeros - 1;
			continue;
		}
		used += (size_t)snprintf(out + used, ADDR_TEXT - used, "%s%x",
					 colon, group(a, i));
	}
}

char *addr_text(const struct addr *a, char *out, size_t n)
{
	char text[ADDR_TEXT];

	if (addr_is_v4(a))
		snprintf(text, sizeof text, "%u.%u.%u.%u", a->b[12], a->b[13],
			 a->b[14], a->b[15]);
	else
		v6_text(a, text);
	snprintf(out, n, "%s", text);
	return out;
}
