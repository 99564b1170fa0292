// SPDX-License-Identifier: MIT
// What stands between a user and a file. Asked of the kernel as that user, so access lists and
// read-only mounts count, too; which needs root for any user but oneself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sys/account.h"

namespace hf::inspect {

struct User {
    std::string name;
    sys::Account account;
    std::vector<gid_t> groups = {};  // beside that of the account
};

std::optional<User> user_named(const std::string& name);
User with_all_groups(User user);

// The user whose name is nearest to that, which is none; empty if none is near.
std::string user_like(const std::string& name);

User myself();
std::string name_of_user(unsigned user);

// While it lives, files are looked at with the eyes of `user`: user, group and `groups`. Without
// root it changes nothing; ask can_act_as() before.
class AsUser {
  public:
    explicit AsUser(const User& user);
    ~AsUser();
    AsUser(const AsUser&) = delete;
    AsUser& operator=(const AsUser&) = delete;

  private:
    bool changed_ = false;
};
bool can_act_as(const User& user);

enum class Access { existence, reading, writing, executing, searching };

struct AccessProblem {
    std::string path;  // the first that is in the way: the file, or a directory above it
    int error = 0;     // ENOENT, EACCES, ENOTDIR, EROFS ...
    bool above = false;
    std::string rights;  // "mode 0700, owned by root"; empty if it does not exist
};

std::optional<AccessProblem> access_problem(const std::string& path, Access access);
std::optional<AccessProblem> access_problem_for(const User& user, const std::string& path,
                                                Access access);

// "www-data may not enter the directory /srv (mode 0700, owned by root)".
std::string sentence(const AccessProblem& problem, const std::string& who, Access access);

// "mode 0700, owned by root:root"; empty if it does not exist.
std::string rights_of(const std::string& path);

bool on_noexec(const std::string& path);

}  // namespace hf::inspect
