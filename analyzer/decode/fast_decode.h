// The short way for the frames that nearly all captures consist of: a TCP
// segment behind one IP header without extras, behind a link header that says
// little more than "IP". It costs half of what the layers do; packet.c asks it
// first.
#ifndef TCPWHY_PLAIN_H
#define TCPWHY_PLAIN_H

#include <stdbool.h>

#include "decode/segment.h"
#include "read/frame.h"

// True: f is plain, and *out is what the layers would make of it. False: it is
// anything else, damaged ones included; *out holds nothing of worth.
bool plain_decode(const struct frame *f, struct packet *out);

#endif
