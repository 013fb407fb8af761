// Exit statuses; users' scripts rely on them.
#ifndef TCPWHY_STATUS_H
#define TCPWHY_STATUS_H

enum {
	ANALYSED = 0,
	NOT_WRITTEN = 1, // the report could not be written, or memory ran out
	WRONG_USAGE = 2, // or a wrong filter
	NOT_READ = 3,    // an input could not be read at all
	BROKEN_OFF = 4,  // an input ended early; what was before is reported
};

#endif
