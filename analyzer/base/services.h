// Ports on which services listen by convention.
#ifndef TCPWHY_SERVICES_H
#define TCPWHY_SERVICES_H

#include <stdbool.h>
#include <stdint.h>

// True if programs are known to listen on that TCP port: as IANA registered it,
// or as a widespread server has it by default.
bool service_is_known(uint16_t port);

#endif
