// Memory by the page, all zero, for tables that grow to many megabytes.
#ifndef TCPWHY_PAGES_H
#define TCPWHY_PAGES_H

#include <stddef.h>

enum pages {
	PAGES_LATER, // when they are touched
	PAGES_NOW,   // at once: that costs less than one by one
	PAGES_HUGE   // ... and huge ones, where the kernel has them
};

// NULL: no memory.
void *pages_new(size_t bytes, enum pages how);
void pages_free(void *pages, size_t bytes);

#endif
