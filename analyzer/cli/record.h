// `tcpwhy record`: commands that collect a capture and a host's records
// together. They are printed, not run: what runs on a host is for its owner to
// decide.
#ifndef TCPWHY_RECORD_H
#define TCPWHY_RECORD_H

// Prints them; returns the exit status.
int record_print(void);

#endif
