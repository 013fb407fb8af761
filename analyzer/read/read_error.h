// Why an input ended before its time, in words.
#ifndef TCPWHY_FAULT_H
#define TCPWHY_FAULT_H

#include <stdbool.h>
#include <stdint.h>

enum {
	FAULT_TEXT = 160,   // room for any of them; the file's name comes extra
	CAPTURE_ERROR = 256 // ... and with the file's name
};

// Sets fault to "HOW after packet N: DETAIL", where N packets were read ("HOW
// before packet 1" if none); without the colon if detail is NULL.
void fault_after(char fault[FAULT_TEXT], const char *how, uint64_t n,
		 const char *detail);

// What an errno value is called. Who runs out of memory says so in these words.
#define FAULT_MEMORY "out of memory"
const char *fault_errno(int error);

// True if that is the reason, in these words or libpcap's.
bool fault_is_memory(const char *reason);

// Sets fault to "cut short in packet N + 1".
void fault_cut(char fault[FAULT_TEXT], uint64_t n);

#endif
