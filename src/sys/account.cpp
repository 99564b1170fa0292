// SPDX-License-Identifier: MIT
#include "sys/account.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "sys/error.h"

namespace hf::sys {

std::optional<Account> find_account(const char* name) {
    const passwd* entry = ::getpwnam(name);
    if (entry == nullptr) return std::nullopt;
    return Account{entry->pw_uid, entry->pw_gid};
}

void become(const Account& account) {
    // The groups first: afterwards the right to change them is gone.
    if (::setgroups(1, &account.group) != 0 || ::setgid(account.group) != 0) {
        fail("unable to setgid");
    }
    if (::setuid(account.user) != 0) fail("unable to setuid");
}

}  // namespace hf::sys
