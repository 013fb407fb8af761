// A file that has no name, for what a process writes only to read it again: it
// is gone when it is closed, however that comes about.
#ifndef TCPWHY_NAMELESS_FILE_H
#define TCPWHY_NAMELESS_FILE_H

// That folder, or for NULL and "" /tmp.
const char *nameless_folder(const char *folder);

// Opens one for reading and writing there. -1: errno says why not.
int nameless_file(const char *folder);

// The same with a name that it loses at once, for systems and file systems that
// make no files without names.
int nameless_at_once(const char *folder);

#endif
