// SPDX-License-Identifier: MIT
// What stands between a user and a file. Asked of the kernel as that user, so access lists and
// read-only mounts count, too; which needs root for any user but oneself.
#pragma once

#include <optional>
#include <string>

#include "sys/account.h"

namespace hf::people {

struct Person {
    std::string name;
    sys::Account account;
};

std::optional<Person> person_named(const std::string& name);
Person myself();
std::string name_of_user(unsigned user);

// While it lives, files are looked at with the eyes of `person`: user, group and no other groups,
// as after setuidgid. Without root it changes nothing; ask can_see_as() before.
class Eyes {
  public:
    explicit Eyes(const Person& person);
    ~Eyes();
    Eyes(const Eyes&) = delete;
    Eyes& operator=(const Eyes&) = delete;

  private:
    bool changed_ = false;
};
bool can_see_as(const Person& person);

enum class Need { existence, reading, writing, executing, searching };

struct Obstacle {
    std::string path;  // the first that is in the way: the file, or a directory above it
    int error = 0;     // ENOENT, EACCES, ENOTDIR, EROFS ...
    bool above = false;
    std::string rights;  // "mode 0700, owned by root"; empty if it does not exist
};

std::optional<Obstacle> obstacle(const std::string& path, Need need);
std::optional<Obstacle> obstacle_for(const Person& person, const std::string& path, Need need);

// "www-data may not enter the directory /srv (mode 0700, owned by root)".
std::string sentence(const Obstacle& obstacle, const std::string& who, Need need);

// A command that takes it out of the way; empty if none is obvious.
std::string remedy(const Obstacle& obstacle, const std::string& who, Need need);

bool on_noexec(const std::string& path);

}  // namespace hf::people
