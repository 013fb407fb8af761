#include "cli/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/nameless_file.h"
#include "cli/message.h"

size_t memory_limit(const struct settings *s)
{
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	size_t limit = SIZE_MAX;
	struct rlimit space;

	if (s->max_memory)
		return s->max_memory < MEMORY_LEAST ? MEMORY_LEAST
						    : s->max_memory;
	if (pages > 0 && page > 0)
		limit = (size_t)pages / 2 * (size_t)page;
	if (!getrlimit(RLIMIT_AS, &space) && space.rlim_cur / 2 < limit)
		limit = space.rlim_cur / 2;
	return limit;
}

static const char *folder(void)
{
	return nameless_folder(getenv("TMPDIR"));
}

static void tell_none(int error)
{
	complain("%s: no temporary file (%s): --max-memory does not hold where "
		 "there are many connections",
		 folder(), strerror(error));
}

struct spill *memory_file(const struct settings *s)
{
	struct spill *file = spill_open(folder(), memory_limit(s));

	if (!file && s->max_memory)
		tell_none(errno);
	return file;
}

void memory_tell(const struct settings *s, const struct analysis *a,
		 struct spill *file)
{
	const struct tally *t = analysis_tally(a);

	if (t->closed_off)
		complain("%s: %" PRIu64 " connection%s decided early",
			 s->max_memory ? "--max-memory" : "memory",
			 t->closed_off, t->closed_off > 1 ? "s" : "");
	if (file && spill_error(file))
		tell_none(spill_error(file));
}
