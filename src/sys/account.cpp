// SPDX-License-Identifier: MIT
#include "sys/account.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <initializer_list>
#include <memory>
#include <string>

#include "sys/error.h"
#include "sys/fd.h"
#include "sys/program.h"

namespace hf::sys {

namespace {

constexpr std::string_view blanks = " \t";

// What nsswitch.conf(5) says of `passwd`, without the database's name; empty if it says nothing.
std::string sources() {
    Fd file = open("/etc/nsswitch.conf", O_RDONLY);
    std::string text;
    if (!file || !read_all(file.get(), text)) return {};
    constexpr std::string_view database = "passwd:";
    for (size_t at = 0; at < text.size();) {
        size_t end = std::min(text.find('\n', at), text.size());
        size_t begin = std::min(text.find_first_not_of(blanks, at), end);
        std::string_view line(text.data() + begin, end - begin);
        if (line.starts_with(database)) return std::string(line.substr(database.size()));
        at = end + 1;
    }
    return {};
}

// Whether what stands in /etc/passwd is what the name services say: then `files` comes first, and
// no [action] follows it that could say otherwise.
bool files_come_first() {
    constexpr std::string_view files = "files";
    std::string all = sources();
    size_t begin = all.find_first_not_of(blanks);
    if (begin == std::string::npos || all.compare(begin, files.size(), files) != 0) return false;
    size_t next = begin + files.size();
    if (next < all.size() && blanks.find(all[next]) == std::string_view::npos) return false;
    next = all.find_first_not_of(blanks, next);
    return next == std::string::npos || all[next] != '[';
}

std::optional<Account> in_files(std::string_view name) {
    std::unique_ptr<FILE, int (*)(FILE*)> file(::fopen("/etc/passwd", "re"), ::fclose);
    while (const passwd* entry = file ? ::fgetpwent(file.get()) : nullptr) {
        if (name == entry->pw_name) return Account{entry->pw_uid, entry->pw_gid};
    }
    return std::nullopt;
}

// What `program` prints; empty if it exits with anything but 0.
std::string output_of(const std::string& program, std::initializer_list<const char*> arguments) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) < 0) fail("unable to run " + program);
    Fd reading(pipe[0]);
    Fd writing(pipe[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, writing.get(), STDOUT_FILENO);
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const char* each : arguments) argv.push_back(const_cast<char*>(each));
    argv.push_back(nullptr);
    pid_t pid = 0;
    int error = ::posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw Error("unable to run " + program, error);
    writing.reset();
    std::string text;
    bool complete = read_all(reading.get(), text);
    int status = 0;
    retry([&] { return ::waitpid(pid, &status, 0); });
    return complete && status == 0 ? text : "";
}

// The numbers that holdfast-account prints.
std::vector<unsigned> ask(std::initializer_list<const char*> arguments) {
    std::string text = output_of(sibling_program("holdfast-account"), arguments);
    std::vector<unsigned> numbers;
    const char* end = text.data() + text.size();
    for (const char* at = text.data(); at < end;) {
        unsigned number = 0;
        auto [next, error] = std::from_chars(at, end, number);
        if (error != std::errc{}) break;
        numbers.push_back(number);
        at = next + 1;
    }
    return numbers;
}

}  // namespace

std::optional<Account> find_account(const char* name) {
    if (files_come_first()) {
        if (auto account = in_files(name)) return account;
    }
    auto numbers = ask({name});
    if (numbers.size() < 2) return std::nullopt;
    return Account{numbers[0], numbers[1]};
}

std::vector<gid_t> groups_of(const char* name) {
    auto numbers = ask({"-s", name});
    if (!numbers.empty()) numbers.erase(numbers.begin());  // the user
    return numbers;
}

void become(const Account& account) {
    become(account, {account.group});
}

void become(const Account& account, const std::vector<gid_t>& groups) {
    // The groups first: afterwards the right to change them is gone.
    if (::setgroups(groups.size(), groups.data()) != 0 || ::setgid(account.group) != 0) {
        fail("unable to setgid");
    }
    if (::setuid(account.user) != 0) fail("unable to setuid");
}

}  // namespace hf::sys
