// SPDX-License-Identifier: MIT
// svok DIR: succeeds silently if DIR is supervised.
#include <fcntl.h>

#include <cerrno>
#include <string>

#include "control/control.h"
#include "program/tool.h"
#include "sys/directory.h"
#include "sys/error.h"

using namespace hf::control;

int hf::program::run(const Args& args) {
    if (args.empty()) throw Usage{"svok: usage: svok dir"};
    const std::string name(args[0]);
    sys::Fd directory = sys::open_searchable(AT_FDCWD, args[0]);
    if (!directory) sys::fail("unable to chdir to " + name);
    if (Control().open(directory, "ok")) return 0;
    if (errno == ENOENT || errno == ENXIO) return 100;
    sys::fail("unable to open " + name + "/supervise/ok");
}
