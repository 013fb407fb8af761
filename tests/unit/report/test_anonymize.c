// Addresses are replaced consistently, and networks stay networks.
#include "report/anonymize.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct addr random_addr(bool v4)
{
	struct addr a;
	uint8_t four[4];

	for (size_t i = 0; i < sizeof a.b; i++)
		a.b[i] = (uint8_t)rand();
	memcpy(four, a.b, sizeof four);
	return v4 ? addr_v4(four) : a;
}

static unsigned shared_bits(const struct addr *a, const struct addr *b)
{
	unsigned n = 0;

	while (n < 128 && !((a->b[n / 8] ^ b->b[n / 8]) & 0x80 >> n % 8))
		n++;
	return n;
}

static void prefixes_stay_as_long_as_they_are(void **state)
{
	struct anonymizer k = anonymizer_of("a key");

	(void)state;
	srand(1);
	for (int i = 0; i < 2000; i++) {
		struct addr a = random_addr(i & 1), b = random_addr(i & 1);
		unsigned n = (unsigned)rand() % 128, shared;
		struct addr x, y;

		for (unsigned bit = i & 1 ? 96 : 0; bit < n; bit++) {
			uint8_t mask = (uint8_t)(0x80 >> bit % 8);

			b.b[bit / 8] = (uint8_t)((b.b[bit / 8] & ~mask) |
						 (a.b[bit / 8] & mask));
		}
		shared = shared_bits(&a, &b);
		x = anonymize(&k, &a);
		y = anonymize(&k, &b);
		assert_int_equal(shared_bits(&x, &y), shared);
	}
}

static void ipv4_stays_ipv4(void **state)
{
	struct anonymizer k = anonymizer_of("a key");
	unsigned changed = 0;

	(void)state;
	for (int i = 0; i < 200; i++) {
		struct addr a = random_addr(true), b = anonymize(&k, &a);

		assert_true(addr_is_v4(&b));
		changed += addr_cmp(&a, &b) != 0;
	}
	assert_true(changed > 195);
}

static void the_key_decides(void **state)
{
	struct anonymizer one = anonymizer_of("one"),
			  two = anonymizer_of("two");
	struct addr a = random_addr(false), x = anonymize(&one, &a),
		    again = anonymize(&one, &a), y = anonymize(&two, &a);

	(void)state;
	assert_int_equal(addr_cmp(&x, &again), 0);
	assert_int_not_equal(addr_cmp(&x, &y), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes_stay_as_long_as_they_are),
		cmocka_unit_test(ipv4_stays_ipv4),
		cmocka_unit_test(the_key_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
