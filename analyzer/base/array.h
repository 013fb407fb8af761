// Arrays that grow. Pure but for memory.
#ifndef TCPWHY_ARRAY_H
#define TCPWHY_ARRAY_H

#include <stddef.h>

// Makes room for one more behind the n items of `each` bytes that an array
// holds, which has room for *size: doubles it where need be. Returns the array,
// which may have moved and is still the caller's; NULL: no memory, and all is
// as it was.
void *array_grown(void *array, size_t n, size_t *size, size_t each);

#endif
