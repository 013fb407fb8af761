// Bytes that nobody can foretell, from the system.
#ifndef TCPWHY_UNFORESEEN_H
#define TCPWHY_UNFORESEEN_H

#include <stdbool.h>
#include <stddef.h>

// Fills n of them, at most 256. False: the system has none to give, and bytes
// is as it was.
bool unforeseen(void *bytes, size_t n);

#endif
