// What is asked of libpcap: filters in the language of pcap-filter(7), and its
// version. The only door to it.
#ifndef TCPWHY_PCAPLIB_H
#define TCPWHY_PCAPLIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "read/frame.h"

struct filter;

// Link types that one capture may mix, before filters stop looking. Nobody has
// more, but a file can claim 65536 of them and compiling takes its time.
enum { FILTER_LINKS = 64 };

// Compiles expression for n link types (LINKTYPE_ values, repeats welcome);
// others are compiled for when they come. NULL: err says, in libpcap's words,
// why it can't be compiled for any of them.
struct filter *filter_new(const char *expression, const uint32_t *links,
			  size_t n, char *err, size_t err_n);
void filter_free(struct filter *f);

// False also for frames of a link type that the expression has no meaning for.
bool filter_match(struct filter *f, const struct frame *frame);

// True if memory ran out: what matches is not known any more.
bool filter_no_memory(const struct filter *f);

// Name and version: "libpcap version 1.10.3 (...)".
const char *pcaplib_version(void);

#endif
