// SPDX-License-Identifier: MIT
// holdfast-account [-s] name: prints the numbers of an account and of its group, with -s of all its
// groups, as the name services say. Exits with 1 if they know no such account.
#include <pwd.h>

#include <string>
#include <string_view>

#include "program/tool.h"
#include "sys/fd.h"
#include "sys/name_service.h"

int hf::program::run(const Args& args) {
    bool all_groups = !args.empty() && std::string_view(args[0]) == "-s";
    if (args.size() != (all_groups ? 2 : 1))
        throw Usage{"holdfast-account: usage: holdfast-account [-s] name"};
    const passwd* entry = ::getpwnam(args.back());
    if (entry == nullptr) return 1;
    std::string text = std::to_string(entry->pw_uid);
    if (!all_groups) text += " " + std::to_string(entry->pw_gid);
    if (all_groups)
        for (gid_t each : sys::all_groups_of(entry->pw_name, entry->pw_gid))
            text += " " + std::to_string(each);
    sys::write_all(STDOUT_FILENO, text + "\n");
    return 0;
}
