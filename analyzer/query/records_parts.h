// What the files records*.c share. For them alone.
#ifndef TCPWHY_RECORDS_PARTS_H
#define TCPWHY_RECORDS_PARTS_H

#include "decode/packet.h"
#include "query/records.h"

// A set of verdicts, a bit each.
typedef uint64_t verdict_set;

#define VERDICT_BIT(id) ((verdict_set)1 << (id))
#define EVERY_VERDICT   (~(verdict_set)0)

_Static_assert(VERDICTS <= 64, "a bit for each verdict");

enum record_kind {
	RECORD_SENT,     // the host's kernel sent a RST
	RECORD_RECEIVED, // ... took one that had come
	RECORD_CLOSED,   // a program closed the socket, or ended with it
	RECORD_KINDS
};

// What kind of RST a record of one that was sent is about.
enum record_form {
	FORM_ANY,
	FORM_OF_SOCKET, // has ACK
	FORM_OF_ANSWER, // answers a segment
};

enum { RECORD_WHO = 24 };

struct record {
	int64_t time; // by its file's clock, ns
	uint32_t file, line;
	struct addr addr[2]; // the recording host's, its peer's; all zero:
			     // not told
	uint16_t port[2];    // 0: not told
	uint8_t kind;        // enum record_kind
	uint8_t form;        // enum record_form
	uint8_t mark;        // its reader's
	verdict_set allowed; // the verdicts that it leaves possible
	uint8_t likeliest;   // one of several, or VERDICT_NONE
	bool counted;        // RECORD_CLOSED: all of its reads were seen ...
	uint64_t read;       // ... and gave so many bytes
	const char *rule;
	const char *says;     // {X}: the host's side, {Y}: its peer
	const char *source;   // "tcp_send_reset"
	char who[RECORD_WHO]; // the task, printable, "" if not told
	const char *reason;   // the kernel's word, or NULL
	// The join.
	uint32_t conn; // connection + 1
	uint64_t rst;  // frame of the RST that it is about, or 0
	bool weak;     // joined by a clock that rests on it alone
};

// A RST of the capture.
struct record_rst {
	struct addr addr[2]; // who sent it, its peer
	uint16_t port[2];
	int64_t time;
	uint64_t frame;
	uint8_t flags;
	bool acks_nothing; // sequence number 0, as an answer to a SYN
	uint32_t taken;    // by which file's record: its number + 1
};

enum record_clock {
	CLOCK_UNKNOWN,
	CLOCK_SINCE_BOOT, // its zero has nothing to do with the capture's
	CLOCK_OF_DAY,     // the wall's, of some zone, without the date
	CLOCK_WALL,       // since 1970
};

enum { RECORD_LISTENERS = 32, RECORD_CLOSINGS = 16 };

// A socket that listened, being closed by that task.
struct record_listener {
	uint32_t task;
	uint16_t port;
	int64_t time; // since when
};

// A socket that a task has just put into TCP_CLOSE.
struct record_closing {
	uint32_t task;
	uint16_t port[2];
	int64_t time;
};

enum linger { LINGER_UNKNOWN, LINGER_OFF, LINGER_ABORTS };

// A socket that strace named.
struct strace_socket {
	bool fd_known; // the place is taken
	bool connected;
	bool named; // by connect() or bind(): it is called by its ends next
	bool whole; // nothing of it was before the trace
	uint8_t linger; // enum linger
	uint32_t task, fd;
	uint64_t inode; // 0: it has ends
	struct addr addr[2];
	uint16_t port[2];
	uint64_t read; // bytes
	uint32_t shared; // descriptors of other processes may be open
};

enum { STRACE_SOCKETS = 256, STRACE_TASKS = 256 };

struct strace {
	size_t file; // the number of the file that this is of, from 1
	size_t met;
	uint32_t task[STRACE_TASKS]; // that were met
	size_t tasks;
	size_t threads; // begun, but not met yet
	bool processes; // it tells when one begins (-e trace=process)
	bool options;   // ... and when options are set
	struct strace_socket socket[STRACE_SOCKETS];
};

struct record_file {
	struct records_sum sum;
	struct records_host host;
	enum record_clock clock;
	bool marked; // the file itself tells what to add to its times:
	int64_t marker;
	struct record_listener listener[RECORD_LISTENERS];
	size_t listeners;
	struct record_closing closing[RECORD_CLOSINGS]; // the last ones
	size_t closings;
	bool lost; // the trace says that it lost events
};

struct records {
	struct record_file file[RECORDS_FILES];
	size_t files;
	struct record *record;
	size_t records, records_size;
	struct record_rst *rst;
	size_t rsts, rsts_size;
	struct packet packet; // the one being taken, too large for a stack
	const struct analysis *analysis;
	struct recorded *recorded;
	struct records_fact *fact;
	size_t facts, facts_size;
	struct strace strace; // of the file being read
	bool failed; // no memory
};

// True if a is 0.0.0.0 or ::, an address that was not told.
static inline bool record_untold(const struct addr *a)
{
	static const struct addr none, v4 = { .b = { [10] = 0xff, 0xff } };

	return !addr_cmp(a, &none) || !addr_cmp(a, &v4);
}

// Adds a record of the current file, and its line; NULL: no memory. It moves
// with the next one.
struct record *records_add(struct records *r, const struct record *one);

// The readers: each takes a line of its kind, or returns false.
bool records_read_trace(struct records *r, const char *line);
bool records_read_strace(struct records *r, const char *line);

// Orders by ends, then time, then frame.
int records_by_ends(const void *a, const void *b);

// True if the RST may be the one that the record says was sent or received.
bool records_fits(const struct record *one, const struct record_rst *rst);

// The RSTs with the ends of the record, *n of them, by time; RSTs are sorted.
struct record_rst *records_rsts(const struct records *r,
				const struct record *one, size_t *n);

// Of n sorted RSTs those with the ends of `like`, *n of them.
struct record_rst *records_alike(struct record_rst *rst, size_t *n,
				 const struct record_rst *like);

// A packet may be on its way for so long before it is captured, ns.
static const int64_t RECORDS_SPREAD = INT64_C(300000000);

void records_sort_rsts(struct records *r);

// Estimates what to add to the times of that file. False: no memory.
bool records_clock(struct records *r, size_t file);

// Joins each record to a RST, each RST to a connection. False: no memory.
bool records_join(struct records *r);

// Decides each connection by what was joined. False: no memory.
bool records_judge(struct records *r);

#endif
