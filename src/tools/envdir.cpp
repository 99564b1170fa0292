// SPDX-License-Identifier: MIT
// envdir dir child: runs a program with an environment changed by the files in a directory.
#include <unistd.h>

#include "program/env_dir.h"
#include "program/tool.h"
#include "sys/exec.h"

int hf::program::run(const Args& args) {
    if (args.size() < 2) throw Usage{"envdir: usage: envdir dir child", 111};
    text::Environment environment(environ);
    apply_env_dir(args[0], environment);
    sys::exec(Args(args.begin() + 1, args.end()), environment.block().data());
}
