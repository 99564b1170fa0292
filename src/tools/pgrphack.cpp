// SPDX-License-Identifier: MIT
// pgrphack child: runs a program in a session and process group of its own.
#include <unistd.h>

#include "program/tool.h"
#include "sys/exec.h"

int hf::program::run(const Args& args) {
    if (args.empty()) throw Usage{"pgrphack: usage: pgrphack child"};
    ::setsid();  // fails only for a group leader, which has what was asked for
    sys::exec(args);
}
