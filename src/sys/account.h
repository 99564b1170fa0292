// SPDX-License-Identifier: MIT
// Accounts by name, through the C library's name services (so the file-based and the networked).
// What uses this must be linked dynamically.
#pragma once

#include <sys/types.h>

#include <optional>

namespace hf::sys {

struct Account {
    uid_t user;
    gid_t group;
};

// None if there is no account of this name. Numbers are not names.
std::optional<Account> find_account(const char* name);

// Becomes `account` for good: its user, its primary group, and that as the only supplementary
// one. Throws "unable to setgid" or "unable to setuid".
void become(const Account& account);

}  // namespace hf::sys
