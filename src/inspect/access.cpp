// SPDX-License-Identifier: MIT
#include "inspect/access.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>

#include "sys/name_service.h"
#include "text/error_text.h"
#include "text/suggest.h"
#include "text/words.h"

namespace hf::inspect {

using namespace text;

namespace {

int mode_of(Access access) {
    switch (access) {
        case Access::existence: return F_OK;
        case Access::reading: return R_OK;
        case Access::writing: return W_OK;
        case Access::executing:
        case Access::searching: return X_OK;
    }
    return F_OK;
}

AccessProblem made(const std::string& path, int error, bool above) {
    return {path, error, above, ""};
}

std::optional<AccessProblem> find(const std::string& path, Access access) {
    for (size_t slash = path.find('/', 1); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
        std::string parent = path.substr(0, slash);
        if (::faccessat(AT_FDCWD, parent.c_str(), X_OK, AT_EACCESS) != 0)
            return made(parent, errno, true);
    }
    if (::faccessat(AT_FDCWD, path.c_str(), mode_of(access), AT_EACCESS) != 0)
        return made(path, errno, false);
    struct stat found {};
    if (access == Access::executing && ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode))
        return made(path, EISDIR, false);
    return std::nullopt;
}

std::string_view verb_of(Access access) {
    switch (access) {
        case Access::existence:
        case Access::reading: return "read ";
        case Access::writing: return "write to ";
        case Access::executing: return "execute ";
        case Access::searching: return "enter the directory ";
    }
    return "";
}

}  // namespace

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

std::optional<User> user_named(const std::string& name) {
    auto account = sys::find_account(name.c_str());
    if (!account) return std::nullopt;
    return User{name, *account};
}

std::string user_like(const std::string& name) {
    std::vector<std::string> names;
    ::setpwent();
    while (const passwd* each = ::getpwent()) names.emplace_back(each->pw_name);
    ::endpwent();
    return text::suggestion(name, names);
}

User with_all_groups(User user) {
    user.groups = sys::all_groups_of(user.name, user.account.group);
    return user;
}

User myself() {
    return {name_of_user(::geteuid()), {::geteuid(), ::getegid()}};
}

std::string name_of_user(unsigned user) {
    const passwd* entry = ::getpwuid(user);
    return entry != nullptr ? entry->pw_name : std::to_string(user);
}

bool can_act_as(const User& user) {
    return ::geteuid() == 0 || ::geteuid() == user.account.user;
}

AsUser::AsUser(const User& user) : changed_(::geteuid() == 0 && user.account.user != 0) {
    if (!changed_) return;
    std::vector<gid_t> groups = user.groups;
    groups.push_back(user.account.group);
    changed_ = ::setgroups(groups.size(), groups.data()) == 0;
    ::setfsgid(user.account.group);
    ::setfsuid(user.account.user);
}

AsUser::~AsUser() {
    if (!changed_) return;
    ::setfsuid(0);
    ::setfsgid(::getegid());
    const gid_t own = ::getegid();
    ::setgroups(1, &own);
}

std::optional<AccessProblem> access_problem(const std::string& path, Access access) {
    auto found = find(path, access);
    if (found) found->rights = rights_of(found->path);
    return found;
}

std::optional<AccessProblem> access_problem_for(const User& user, const std::string& path,
                                                Access access) {
    std::optional<AccessProblem> found;
    {
        AsUser as_user(user);
        found = find(path, access);
    }
    if (found) found->rights = rights_of(found->path);
    return found;
}

std::string sentence(const AccessProblem& problem, const std::string& who, Access access) {
    if (problem.error == ENOENT || problem.error == ELOOP) {
        struct stat link {};
        bool dangling = ::lstat(problem.path.c_str(), &link) == 0 && S_ISLNK(link.st_mode);
        return problem.path + (dangling ? " is a link that leads to nothing" : " does not exist");
    }
    if (problem.error == ENOTDIR) return problem.path + " is not a directory";
    if (problem.error == EISDIR) return problem.path + " is a directory, not a program";
    std::string text = who + " may not ";
    text.append(problem.above ? "enter the directory " : verb_of(access)).append(problem.path);
    if (problem.error == EROFS) return text + ": the file system is mounted read-only";
    if (problem.error != EACCES) return text + ": " + std::string(text::error_text(problem.error));
    return text + (problem.rights.empty() ? "" : " (" + problem.rights + ")");
}

bool on_noexec(const std::string& path) {
    struct statvfs system {};
    return ::statvfs(path.c_str(), &system) == 0 && (system.f_flag & ST_NOEXEC) != 0;
}

}  // namespace hf::inspect
