// A skipped test says why: tests/run shows the line that stands before cmocka's
// own. Include it behind cmocka.h.
#ifndef TCPWHY_TESTS_SKIP_H
#define TCPWHY_TESTS_SKIP_H

#define skip_because(reason)                                                   \
	do {                                                                   \
		print_message("# because: %s\n", reason);                      \
		skip();                                                        \
	} while (0)

#endif
