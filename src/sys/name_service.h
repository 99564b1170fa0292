// SPDX-License-Identifier: MIT
// Users and groups, as the C library's name services know them. To be asked only by programs that
// are linked dynamically, and can wait for a server that does not answer; see account.h.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "sys/account.h"

namespace hf::sys {

struct Login {
    std::string name;
    Account account{};
    std::string home;
    std::string shell;
};

// By name, or by number. None if there is no such user; throws "unable to look up the user NAME" if
// that cannot be known now.
std::optional<Login> find_login(const std::string& name_or_number);

// The same for a group. A number need not be known.
std::optional<gid_t> find_group(const std::string& name_or_number);

// The number that `text` is; none if it is no number that a user or a group can have.
std::optional<unsigned> id_number(const std::string& text);

// All groups of that user, the primary one first.
std::vector<gid_t> all_groups_of(const std::string& name, gid_t primary);

}  // namespace hf::sys
