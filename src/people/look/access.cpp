// SPDX-License-Identifier: MIT
#include "people/look/access.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "format/error_text.h"
#include "people/look/words.h"

namespace hf::people {

namespace {

int mode_of(Need need) {
    switch (need) {
        case Need::existence: return F_OK;
        case Need::reading: return R_OK;
        case Need::writing: return W_OK;
        case Need::executing:
        case Need::searching: return X_OK;
    }
    return F_OK;
}

std::string rights_of(const std::string& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) return "";
    std::array<char, 16> mode{};
    std::snprintf(mode.data(), mode.size(), "%04o", found.st_mode & 07777U);
    std::string group = std::to_string(found.st_gid);
    if (const struct group* entry = ::getgrgid(found.st_gid)) group = entry->gr_name;
    return std::string("mode ") + mode.data() + ", owned by " + name_of_user(found.st_uid) + ":" +
           group;
}

Obstacle made(const std::string& path, int error, bool above) {
    return {path, error, above, ""};
}

std::optional<Obstacle> find(const std::string& path, Need need) {
    for (size_t slash = path.find('/', 1); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
        std::string parent = path.substr(0, slash);
        if (::faccessat(AT_FDCWD, parent.c_str(), X_OK, AT_EACCESS) != 0)
            return made(parent, errno, true);
    }
    if (::faccessat(AT_FDCWD, path.c_str(), mode_of(need), AT_EACCESS) != 0)
        return made(path, errno, false);
    struct stat found {};
    if (need == Need::executing && ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode))
        return made(path, EISDIR, false);
    return std::nullopt;
}

std::string_view verb_of(Need need) {
    switch (need) {
        case Need::existence:
        case Need::reading: return "read ";
        case Need::writing: return "write to ";
        case Need::executing: return "execute ";
        case Need::searching: return "enter the directory ";
    }
    return "";
}

}  // namespace

std::optional<Person> person_named(const std::string& name) {
    auto account = sys::find_account(name.c_str());
    if (!account) return std::nullopt;
    return Person{name, *account};
}

Person myself() {
    return {name_of_user(::geteuid()), {::geteuid(), ::getegid()}};
}

std::string name_of_user(unsigned user) {
    const passwd* entry = ::getpwuid(user);
    return entry != nullptr ? entry->pw_name : std::to_string(user);
}

bool can_see_as(const Person& person) {
    return ::geteuid() == 0 || ::geteuid() == person.account.user;
}

Eyes::Eyes(const Person& person) : changed_(::geteuid() == 0 && person.account.user != 0) {
    if (!changed_) return;
    changed_ = ::setgroups(1, &person.account.group) == 0;
    ::setfsgid(person.account.group);
    ::setfsuid(person.account.user);
}

Eyes::~Eyes() {
    if (!changed_) return;
    ::setfsuid(0);
    ::setfsgid(::getegid());
    const gid_t own = ::getegid();
    ::setgroups(1, &own);
}

std::optional<Obstacle> obstacle(const std::string& path, Need need) {
    auto found = find(path, need);
    if (found) found->rights = rights_of(found->path);
    return found;
}

std::optional<Obstacle> obstacle_for(const Person& person, const std::string& path, Need need) {
    std::optional<Obstacle> found;
    {
        Eyes eyes(person);
        found = find(path, need);
    }
    if (found) found->rights = rights_of(found->path);
    return found;
}

std::string sentence(const Obstacle& obstacle, const std::string& who, Need need) {
    if (obstacle.error == ENOENT || obstacle.error == ELOOP) {
        struct stat link {};
        bool dangling = ::lstat(obstacle.path.c_str(), &link) == 0 && S_ISLNK(link.st_mode);
        return obstacle.path + (dangling ? " is a link that leads to nothing" : " does not exist");
    }
    if (obstacle.error == ENOTDIR) return obstacle.path + " is not a directory";
    if (obstacle.error == EISDIR) return obstacle.path + " is a directory, not a program";
    std::string text = who + " may not ";
    text.append(obstacle.above ? "enter the directory " : verb_of(need)).append(obstacle.path);
    if (obstacle.error == EROFS) return text + ": the file system is mounted read-only";
    if (obstacle.error != EACCES)
        return text + ": " + std::string(format::error_text(obstacle.error));
    return text + (obstacle.rights.empty() ? "" : " (" + obstacle.rights + ")");
}

std::string remedy(const Obstacle& obstacle, const std::string& who, Need need) {
    if (obstacle.error != EACCES) return "";
    std::string path = shell_word(obstacle.path);
    if (obstacle.above || need == Need::searching) return "chmod o+x " + path;
    if (need == Need::writing) return "chown " + shell_word(who) + " " + path;
    if (need == Need::executing) return "chmod +x " + path;
    return "chmod o+r " + path;
}

bool on_noexec(const std::string& path) {
    struct statvfs system {};
    return ::statvfs(path.c_str(), &system) == 0 && (system.f_flag & ST_NOEXEC) != 0;
}

}  // namespace hf::people
