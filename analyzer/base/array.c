#include "base/array.h"

#include <stdlib.h>

enum { FIRST = 64 };

void *array_grown(void *array, size_t n, size_t *size, size_t each)
{
	size_t room = *size ? *size * 2 : FIRST;
	void *more;

	if (n < *size)
		return array;
	more = realloc(array, room * each);
	if (more)
		*size = room;
	return more;
}
