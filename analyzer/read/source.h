// One capture file or pipe: opened, its format recognised, its frames given
// one by one, the way it ended remembered.
#ifndef TCPWHY_SOURCE_H
#define TCPWHY_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "read/frame.h"
#include "read/input.h"
#include "read/input_fd.h"
#include "read/pcapfile.h"
#include "read/pcapng.h"
#include "read/read_error.h"

enum format { FORMAT_NONE, FORMAT_PCAP, FORMAT_PCAPNG };

struct source {
	char *name;    // for messages, printable
	uint32_t file; // its number on the command line
	bool regular;  // a regular file: has a size, can be sought
	bool named;    // opened by its name, not standard input
	uint64_t size; // bytes there are to read, if regular
	off_t start;   // where its first byte lies, if regular
	struct input_fd from;
	struct input in;
	enum format format; // FORMAT_NONE: not being read
	struct pcapfile pcap;
	struct pcapng ng;
	struct frame head; // the next frame, if it has been looked at
	bool peeked;       // head is set
	bool parked;       // head.time alone is set, nothing else is held
	uint64_t drops;    // once it has been read
	char broken[CAPTURE_ERROR]; // "FILE: reason" if it broke off, or ""
	bool no_memory;             // the reason, or why it could not be opened
};

// Opens the file of that name as number file, and reads nothing of it; stop
// ends waiting for it. False: err says why not. Close it all the same.
bool source_open(struct source *s, const char *name, uint32_t file, int stop,
		 char err[CAPTURE_ERROR]);

// Begins to read it: recognises the format. False: err says why that can't be.
bool source_begin(struct source *s, char err[CAPTURE_ERROR]);

// If s waits, its stop must have been raised before.
void source_close(struct source *s);

// 1: *out is the next frame, valid until the next call for s; 0: the end,
// source->broken says if it came too soon.
int source_next(struct source *s, struct frame *out);

// The same, but SOURCE_WAITS where that would wait for a pipe.
enum { SOURCE_WAITS = -1 };
int source_try(struct source *s, struct frame *out);

// Ends it here, for that reason.
void source_give_up(struct source *s, const char *reason);

// The frames at hand that nothing need be done for but to give them, at most
// room; valid until the next call. 0 says nothing: ask source_next().
size_t source_batch(struct source *s, struct frame *out, size_t room);

// Looks at the next frame: source->head. False: there is none.
bool source_peek(struct source *s);

// The link types of the interfaces that its frames may come from, as far as
// they are known after source_peek(): at most room of them into links.
size_t source_links(const struct source *s, uint32_t *links, size_t room);

// Lets go of all memory until the next peek, keeping head.time: of a ring
// buffer's hundreds of pieces only those are held whose time has come. Call
// it after the first source_peek(); does nothing to what can't be sought.
void source_park(struct source *s);

// The comment of the frame given last, or NULL.
const char *source_comment(const struct source *s);

uint64_t source_drops(const struct source *s);

#endif
