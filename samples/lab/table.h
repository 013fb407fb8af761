// A CSV file in memory, with a header row; libcsv's door.
#ifndef LAB_TABLE_H
#define LAB_TABLE_H

#include <stdbool.h>
#include <stddef.h>

enum { TABLE_FIELDS = 32 };

struct row {
	char *field[TABLE_FIELDS];
	size_t n;
};

struct table {
	struct row *row; // row[0]: the header
	size_t n, room;
	bool failed;
};

// False: can't be read; says why on stderr.
bool table_read(const char *path, struct table *t);
void table_free(struct table *t);

// The cell of r in that column, "" if there is none.
const char *table_cell(const struct table *t, const struct row *r,
		       const char *column);

#endif
