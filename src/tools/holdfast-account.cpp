// SPDX-License-Identifier: MIT
// holdfast-account name: prints the numbers of an account and of its group, as the name services
// say. Exits with 1 if they know no such account.
#include <pwd.h>
#include <unistd.h>

#include <string>

#include "sys/fd.h"
#include "tools/tool.h"

int hf::run(const Args& args) {
    if (args.size() != 1) throw Usage{"holdfast-account: usage: holdfast-account name"};
    const passwd* entry = ::getpwnam(args[0]);
    if (entry == nullptr) return 1;
    sys::write_all(STDOUT_FILENO,
                   std::to_string(entry->pw_uid) + " " + std::to_string(entry->pw_gid) + "\n");
    return 0;
}
