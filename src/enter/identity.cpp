// SPDX-License-Identifier: MIT
#include "enter/identity.h"

#include <grp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "enter/refusal.h"
#include "format/process_rules.h"
#include "sys/error.h"

namespace hf::enter {

namespace {

constexpr const char* what = "[process] user";

// What the name services say, or may not be able to.
template <typename Lookup>
auto asked(Stage stage, Lookup lookup) {
    try {
        return lookup();
    } catch (const sys::Error& error) {
        refuse_by(error.code(), stage, what, error.text(), "look at /etc/nsswitch.conf");
    }
}

std::vector<gid_t> groups_in(const std::vector<std::string>& parts,
                             const std::optional<sys::Login>& login) {
    std::vector<gid_t> groups;
    for (size_t i = 1; i < parts.size(); ++i) {
        const auto group = asked(Stage::group, [&] { return sys::find_group(parts[i]); });
        if (!group)
            refuse(Stage::group, EINVAL, what, "there is no group " + parts[i],
                   "correct it in service.toml, or make the group");
        groups.push_back(*group);
    }
    if (!groups.empty()) return groups;
    if (!login)
        refuse(Stage::group, EINVAL, what, "no account has the number " + parts[0],
               "name its group, too, as in " + parts[0] + ":" + parts[0]);
    return sys::all_groups_of(login->name, login->account.group);
}

std::vector<gid_t> own_groups() {
    std::vector<gid_t> groups(NGROUPS_MAX + 1);
    const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
    groups.resize(static_cast<size_t>(std::max(count, 0)));
    groups.push_back(::getegid());
    return groups;
}

std::vector<gid_t> sorted(std::vector<gid_t> groups) {
    std::ranges::sort(groups);
    const auto rest = std::ranges::unique(groups);
    groups.erase(rest.begin(), rest.end());
    return groups;
}

bool is_already(const Identity& identity) {
    return ::getuid() == identity.user && ::geteuid() == identity.user &&
           ::getegid() == identity.groups.front() &&
           sorted(own_groups()) == sorted(identity.groups);
}

}  // namespace

Identity identity(const std::string& user) {
    const auto parts = format::user_and_groups(user);
    const auto login = asked(Stage::user, [&] { return sys::find_login(parts[0]); });
    const auto number = sys::id_number(parts[0]);
    if (!login && !number)
        refuse(Stage::user, EINVAL, what, "there is no user " + parts[0],
               "correct it in service.toml, or make the user");
    return {login ? login->account.user : *number, groups_in(parts, login), login};
}

void become(const Identity& identity, const std::string& user) {
    if (is_already(identity)) return;
    const std::string remedy = ::geteuid() == 0 ? "look what takes this right from root here"
                                                : "only root can: run svscan as root, or remove it";
    const gid_t primary = identity.groups.front();
    if (::setgroups(identity.groups.size(), identity.groups.data()) != 0 ||
        ::setresgid(primary, primary, primary) != 0)
        refuse_by(errno, Stage::group, what, "unable to take the groups of " + user, remedy);
    if (::setresuid(identity.user, identity.user, identity.user) != 0)
        refuse_by(errno, Stage::user, what, "unable to become " + user, remedy);
}

}  // namespace hf::enter
