#include "cli/message.h"

#include "base/printable.h"
#include "cli/status.h"

#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE = 1024 };

bool message_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

void complain(const char *format, ...)
{
	char message[MESSAGE], shown[MESSAGE * 4];
	unsigned flags = PRINTABLE_AGAIN;
	va_list ap;

	va_start(ap, format);
	vsnprintf(message, sizeof message, format, ap);
	va_end(ap);
	if (!message_utf8())
		flags |= PRINTABLE_ASCII;
	printable_copy(shown, sizeof shown, message, strlen(message), flags);
	fprintf(stderr, "tcpwhy: %s\n", shown);
}

int complain_memory(void)
{
	complain("out of memory: no report");
	return NOT_WRITTEN;
}
