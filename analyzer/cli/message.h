// What the program says to its user on standard error. For this folder only:
// everything else returns its errors.
#ifndef TCPWHY_MESSAGE_H
#define TCPWHY_MESSAGE_H

#include <stdbool.h>

// True if the locale's characters are UTF-8.
bool message_utf8(void);

// Writes "tcpwhy: message" and a newline. Messages name files and quote what
// somebody typed, so they are made printable.
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Says that memory ran out; returns NOT_WRITTEN.
int complain_memory(void);

#endif
