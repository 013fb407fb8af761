// The rules for endings that no RST brought about. For judge.c alone. Pure.
#ifndef TCPWHY_JUDGE_QUIET_H
#define TCPWHY_JUDGE_QUIET_H

#include <stddef.h>

#include "judge/rule.h"

extern const struct rule judge_quiet[];
extern const size_t judge_quiet_rules;

#endif
