// What signals do to the program. Whatever signal ends it, the unfinished file
// of a report is removed first (output_remove()), and then the signal has the
// effect that it has by default, so that the caller sees its number.
//
//   SIGINT   while a capture is read: the reading ends, and the report covers
//            what was read; the second one, or at any other time: as the others
//   SIGPIPE, SIGXFSZ
//            ignored: the write that caused it fails, and its error is reported
//   others   that end a process: end this one
//
// A signal that was ignored when the program began stays ignored, as nohup(1)
// wants it; a handler that is there (a sanitizer's) stays too. While a screen
// is open, tui/rescue.h restores the terminal before any of this happens.
#ifndef TCPWHY_SIGNALS_H
#define TCPWHY_SIGNALS_H

#include <stdbool.h>

#include "read/capture.h"

// To be called once, before anything is opened.
void signals_catch(void);

// From now on SIGINT ends the reading of this capture; NULL: none is read.
void signals_reading(struct capture *c);

// True once SIGINT ended the reading of a capture.
bool signals_stopped(void);

#endif
