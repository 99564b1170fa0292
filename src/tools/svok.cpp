// SPDX-License-Identifier: MIT
// svok DIR: succeeds silently if DIR is supervised.
#include <unistd.h>

#include <cerrno>
#include <string>

#include "sys/error.h"
#include "tools/contact.h"
#include "tools/tool.h"

int hf::run(const Args& args) {
    if (args.empty()) throw Usage{"svok: usage: svok dir"};
    const std::string name(args[0]);
    if (::chdir(args[0]) < 0) sys::fail("unable to chdir to " + name);
    if (contact("supervise/ok")) return 0;
    if (errno == ENOENT || errno == ENXIO) return 100;
    sys::fail("unable to open " + name + "/supervise/ok");
}
