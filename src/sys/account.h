// SPDX-License-Identifier: MIT
// Accounts by name, as the C library's name services know them.
//
// A program that asks them itself has to be linked dynamically, and starts half as fast. So
// /etc/passwd is read here where it comes first, as nearly everywhere; for what does not stand
// there, and where something else comes first, the program holdfast-account asks.
#pragma once

#include <sys/types.h>

#include <optional>
#include <vector>

namespace hf::sys {

struct Account {
    uid_t user;
    gid_t group;
};

// None if there is no account of this name. Numbers are not names. Throws "unable to run
// holdfast-account" if that would have to be asked; it is looked for beside this program.
std::optional<Account> find_account(const char* name);

// All groups of the account `name`, its primary one first. They always come from the name services,
// since each of these may know of more; with `holdfast-account`, as above.
std::vector<gid_t> groups_of(const char* name);

// Becomes `account` for good: its user, its primary group, and that as the only supplementary
// one. Throws "unable to setgid" or "unable to setuid".
void become(const Account& account);

// The same, with these supplementary groups.
void become(const Account& account, const std::vector<gid_t>& groups);

}  // namespace hf::sys
