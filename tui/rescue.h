// Gives the terminal back whatever ends the program: signals and crashes are
// caught while a screen is open. The one module that keeps state outside of
// structures, as signal handlers get no argument.
#ifndef TCPWHY_RESCUE_H
#define TCPWHY_RESCUE_H

#include <stdbool.h>
#include <stddef.h>

// Remembers the modes of the terminal as they are now.
void rescue_remember(int fd);

// Adds bytes that bring it back: the main screen, the cursor. What doesn't fit
// is left out.
void rescue_bytes(const char *s, size_t n);

// Catches signals until rescue_release(). SIGWINCH, SIGTSTP and SIGCONT are
// held back but in rescue_wait().
void rescue_begin(void);
void rescue_release(void);

// Between these two the terminal is somebody else's (suspended).
void rescue_pause(void);
void rescue_resume(void);

// Waits at most so many milliseconds (-1: for ever) for the terminal's input:
// 1 there is some, 0 none, -1 a signal came.
int rescue_wait(int milliseconds);

// True once after SIGTSTP, SIGCONT came.
bool rescue_stopped(void);
bool rescue_continued(void);

// Stops the whole job, as Ctrl-Z does; returns when it goes on.
void rescue_stop(void);

#endif
