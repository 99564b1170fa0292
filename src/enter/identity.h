// SPDX-License-Identifier: MIT
// [process] user: who a process is to be.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "sys/name_service.h"

namespace hf::enter {

struct Identity {
    uid_t user;
    std::vector<gid_t> groups;  // the primary one first
    std::optional<sys::Login> login;
};

// Who is meant by "USER", with all of his groups, or by "USER:GROUP...", with these alone. Asks the
// name services, which may take long; throws Refusal.
Identity identity(const std::string& user);

// Becomes him, who was asked for as `user`, for good. Nobody needs rights to stay who he is. Throws
// Refusal.
void become(const Identity& identity, const std::string& user);

}  // namespace hf::enter
