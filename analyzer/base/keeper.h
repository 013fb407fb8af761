// A process of its own that gives a finished file its name, or removes it: all
// that it can be asked for. So the process that reads a capture needs no right
// to name files, and whatever ends that process, the unfinished file goes too.
//
//   keeper_name()   --'n'-->   rename(temporary, path)   --errno-->
//   keeper_drop()   --'d'-->   unlink(temporary)         --0-->
//   the end of the other process (end of file): unlink(temporary)
//
// Then it ends. It is deaf to signals that can be blocked, and has no files
// open but its end of the socket.
#ifndef TCPWHY_KEEPER_H
#define TCPWHY_KEEPER_H

// Begins a keeper of this file. Returns the socket to it, for the calls below,
// each of which closes it; -1: errno says why not. No other thread may run yet.
int keeper_begin(const char *temporary, const char *path);

// Gives the file its name; 0, or an errno value: then it was removed.
int keeper_name(int keeper);

// Removes the file; returns when it is gone. For signal handlers, too.
void keeper_drop(int keeper);

#endif
