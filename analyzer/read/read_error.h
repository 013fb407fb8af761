// Why an input ended before its time, in words.
#ifndef TCPWHY_READ_ERROR_H
#define TCPWHY_READ_ERROR_H

#include <stdbool.h>
#include <stdint.h>

enum {
	READ_ERROR_TEXT =
	    160,            // room for any of them; the file's name comes extra
	CAPTURE_ERROR = 256 // ... and with the file's name
};

// Sets error to "HOW after packet N: DETAIL", where N packets were read ("HOW
// before packet 1" if none); without the colon if detail is NULL.
void read_error_after(char error[READ_ERROR_TEXT], const char *how, uint64_t n,
		      const char *detail);

// What an errno value is called. Who runs out of memory says so in these words.
#define READ_ERROR_MEMORY "out of memory"
const char *read_error_errno(int error);

// True if that is the reason, in these words or libpcap's.
bool read_error_is_memory(const char *reason);

// Sets error to "cut short in packet N + 1".
void read_error_cut(char error[READ_ERROR_TEXT], uint64_t n);

#endif
