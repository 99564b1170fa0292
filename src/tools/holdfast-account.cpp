// SPDX-License-Identifier: MIT
// holdfast-account [-s] name: prints the numbers of an account and of its group, with -s of all its
// groups, as the name services say. Exits with 1 if they know no such account.
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "program/tool.h"
#include "sys/fd.h"

namespace {

std::vector<gid_t> groups_of(const passwd& account) {
    std::vector<gid_t> groups(1);
    for (;;) {
        int count = static_cast<int>(groups.size());
        if (::getgrouplist(account.pw_name, account.pw_gid, groups.data(), &count) >= 0) {
            groups.resize(static_cast<size_t>(count));
            return groups;
        }
        groups.resize(std::max(groups.size() * 2, static_cast<size_t>(count)));
    }
}

}  // namespace

int hf::program::run(const Args& args) {
    bool all_groups = !args.empty() && std::string_view(args[0]) == "-s";
    if (args.size() != (all_groups ? 2 : 1))
        throw Usage{"holdfast-account: usage: holdfast-account [-s] name"};
    const passwd* entry = ::getpwnam(args.back());
    if (entry == nullptr) return 1;
    std::string text = std::to_string(entry->pw_uid);
    if (!all_groups) text += " " + std::to_string(entry->pw_gid);
    if (all_groups)
        for (gid_t each : groups_of(*entry)) text += " " + std::to_string(each);
    sys::write_all(STDOUT_FILENO, text + "\n");
    return 0;
}
