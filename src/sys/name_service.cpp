// SPDX-License-Identifier: MIT
#include "sys/name_service.h"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <limits>

#include "sys/error.h"

namespace hf::sys {

namespace {

// What getpwnam(3) and its like say of what they do not know is not the same everywhere.
void fail_unless_unknown(const char* what, const std::string& name) {
    for (int code : {0, ENOENT, ESRCH, EBADF, EPERM}) {
        if (errno == code) return;
    }
    fail("unable to look up the " + std::string(what) + " " + name);
}

std::optional<Login> login_of(const passwd* entry) {
    if (entry == nullptr) return std::nullopt;
    return Login{entry->pw_name, {entry->pw_uid, entry->pw_gid}, entry->pw_dir, entry->pw_shell};
}

}  // namespace

std::optional<unsigned> id_number(const std::string& text) {
    unsigned number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    // The greatest one means "none" to the kernel.
    if (error != std::errc{} || end != text.data() + text.size() ||
        number == std::numeric_limits<unsigned>::max())
        return std::nullopt;
    return number;
}

std::optional<Login> find_login(const std::string& name_or_number) {
    errno = 0;
    const passwd* entry = ::getpwnam(name_or_number.c_str());
    if (entry == nullptr) fail_unless_unknown("user", name_or_number);
    const auto number = id_number(name_or_number);
    errno = 0;
    if (entry == nullptr && number) {
        entry = ::getpwuid(*number);
        if (entry == nullptr) fail_unless_unknown("user", name_or_number);
    }
    return login_of(entry);
}

std::optional<gid_t> find_group(const std::string& name_or_number) {
    errno = 0;
    const group* entry = ::getgrnam(name_or_number.c_str());
    if (entry != nullptr) return entry->gr_gid;
    fail_unless_unknown("group", name_or_number);
    return id_number(name_or_number);
}

std::vector<gid_t> all_groups_of(const std::string& name, gid_t primary) {
    std::vector<gid_t> groups(16);
    for (;;) {
        int count = static_cast<int>(groups.size());
        if (::getgrouplist(name.c_str(), primary, groups.data(), &count) >= 0) {
            groups.resize(static_cast<size_t>(count));
            return groups;
        }
        groups.resize(std::max(groups.size() * 2, static_cast<size_t>(count)));
    }
}

}  // namespace hf::sys
