// Capture files, read frame by frame. The only door to libpcap and to the
// decompressors. Several files are one capture: their frames come in the order
// of time, whatever the order in which the files are named.
#ifndef TCPWHY_CAPTURE_H
#define TCPWHY_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "read/frame.h"
#include "read/read_error.h"

struct capture;

// Opens n files; "-" is standard input, once. Returns NULL with a sentence
// "FILE: reason" in err if one can't be read at all, and errno ENOMEM if that
// is for lack of memory. The caller closes it.
struct capture *capture_open(const char *const *files, size_t n,
			     char err[CAPTURE_ERROR]);
void capture_close(struct capture *c);

// The same in two steps, so that a sandbox can close in between: the first
// opens the files and reads nothing of them, the second reads their headers,
// and is to be called before all else. -1: err says which file can't be read;
// errno as above.
struct capture *capture_open_only(const char *const *files, size_t n,
				  char err[CAPTURE_ERROR]);
int capture_begin(struct capture *c, char err[CAPTURE_ERROR]);

// What unpacking each file may take of memory, in bytes. Call it before
// capture_begin().
void capture_limit(struct capture *c, size_t bytes);

// Lets pass only frames that match a pcap-filter(7) expression; call before
// the first capture_next(). Frames keep their numbers. Waits for a pipe's first
// frame, to know its link type. -1: err says why not, in libpcap's words,
// and errno is ENOMEM if that is for lack of memory.
int capture_filter(struct capture *c, const char *expression,
		   char err[CAPTURE_ERROR]);

// Gives c the filter of another capture of the same files, which must stay open
// longer: names in its expression need not be looked up again.
void capture_filter_as(struct capture *c, const struct capture *other);

// 1: *out is the next frame, its data valid until the next call; 0: the end.
// No time is 2^62 ns or more from 1970: differences never overflow.
// A file that breaks off or is damaged ends there and is remembered: the
// others go on.
int capture_next(struct capture *c, struct frame *out);

// The same for as many frames as are at hand, at most room; at least one,
// unless it is the end. Only the frame of a batch of one may have a comment.
size_t capture_batch(struct capture *c, struct frame *out, size_t room);
// The same, but CAPTURE_WAITS where that would wait for the input, if it is one
// (capture_flows()): what is read is taken as it comes.
enum { CAPTURE_WAITS = -1 };
int capture_try(struct capture *c, struct frame *out);

// The i-th "FILE: reason" of inputs that broke off, NULL behind the last one.
const char *capture_broken(const struct capture *c, size_t i);

// True if one of them broke off for lack of memory.
bool capture_no_memory(const struct capture *c);

// Bytes read of the bytes there are (compressed sizes where compressed); total
// is 0 where it isn't known (a pipe).
void capture_progress(const struct capture *c, uint64_t *done, uint64_t *total);

// Frames read so far, those that the filter held back included.
uint64_t capture_frames(const struct capture *c);

// Packets that the capturing host says it dropped (pcapng interface
// statistics), 0 if it says nothing.
uint64_t capture_drops(const struct capture *c);

// The comment of the frame that capture_next() gave last (pcapng), made
// printable (UTF-8), or NULL;
// valid until the next call.
const char *capture_comment(const struct capture *c);

// True if the input can be opened and read again from its start.
bool capture_rereadable(const struct capture *c);

// True if the input is one pipe, whose end may be far away.
bool capture_flows(const struct capture *c);

// Ends a capture_next() that waits for a pipe: all pipes are at their end from
// then on, and none of them counts as broken off. For signal handlers.
void capture_stop(struct capture *c);

// "libpcap version 1.10.3 (...)".
const char *capture_library(void);

#endif
