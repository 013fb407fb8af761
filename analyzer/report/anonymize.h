// Addresses replaced by others, consistently: the same address always by the
// same one, and two that share their first n bits by two that share exactly
// their first n bits, so that networks stay networks. IPv4 stays IPv4. Nobody
// without the key can tell which address it was. Pure.
#ifndef TCPWHY_ANONYMIZE_H
#define TCPWHY_ANONYMIZE_H

#include <stdint.h>

#include "base/addr.h"

struct anonymizer {
	uint64_t key[2];
};

// The key that words make: the same words, the same addresses.
struct anonymizer anonymizer_of(const char *words);

struct addr anonymize(const struct anonymizer *k, const struct addr *a);

#endif
