#ifndef TCPWHY_VERSION_H
#define TCPWHY_VERSION_H

#define TCPWHY_VERSION "0.1.0"

#endif
