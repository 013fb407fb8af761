// What a host's kernel or tools recorded while its connections were captured:
// it tells what the packets leave open. Pure but for memory, which it owns.
//
// Records are read line by line. The format is known by each line's content; a
// line of no known kind is counted and ignored. They are joined with the RSTs
// of the capture by addresses, ports and time. The clock of the records is
// estimated from the records themselves, so that it need not be the capture's.
#ifndef TCPWHY_RECORDS_H
#define TCPWHY_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/analysis.h"

enum {
	RECORDS_SENTENCE = 320,
	RECORDS_FILES = 64, // at most
};

// Whose host recorded it. Records of other hosts are not joined.
struct records_host {
	enum side side; // CLIENT, SERVER; NOBODY: whoever has the address
	bool has_addr;
	struct addr addr;
};

// What a record tells of a connection.
struct records_fact {
	enum finding_role role;
	const char *rule; // a name that never changes: "kernel_reason"
	uint64_t frame;   // the packet that it is about, 0: none
	char sentence[RECORDS_SENTENCE]; // begins with "FILE:LINE: "
};

// A connection in the light of the records.
struct recorded {
	struct connection c; // with what is now known of its end
	bool overruled;      // c's findings speak for another verdict
	bool settled;        // c is surer than it was, or another verdict
	size_t fact, facts;  // its facts
};

// A file as a whole.
struct records_sum {
	const char *name;
	uint64_t lines, known; // all of them; those of a known kind
	uint64_t records;      // what could be joined with a connection
	uint64_t joined;       // ... and was
	uint64_t settled;      // connections that it settled
	bool timed;            // the next one is known
	int64_t offset;        // capture's clock minus the file's, ns
	bool weak;             // its clock rests on a single record
};

struct records;

struct records *records_new(void); // NULL: no memory
void records_free(struct records *r);

// Begins a file that messages and reports call by that name, which must stay;
// *host is copied. False: there are RECORDS_FILES already.
bool records_file(struct records *r, const char *name,
		  const struct records_host *host);

// Takes its next line, without the newline. False: no memory.
bool records_line(struct records *r, const char *line);

// Takes a frame of the capture. False: no memory.
bool records_frame(struct records *r, const struct frame *f);

// Joins and decides, once all lines and frames were taken and the analysis is
// settled, which must outlive r. False: no memory.
bool records_settle(struct records *r, const struct analysis *a);

const struct recorded *records_get(const struct records *r, size_t i);
const struct records_fact *records_facts(const struct records *r,
					 const struct recorded *one);

size_t records_files(const struct records *r);
const struct records_sum *records_sum(const struct records *r, size_t file);

#endif
