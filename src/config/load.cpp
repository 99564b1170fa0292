// SPDX-License-Identifier: MIT
#include "config/load.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "config/service_file.h"
#include "sys/fd.h"
#include "sys/safe_open.h"
#include "text/error_text.h"

namespace hf::config {

namespace {

// Why it is not read, if it is not: follows the name of the file, and says what to do.
using Trouble = std::string;

bool is_trusted(uid_t owner, uid_t user) {
    return owner == 0 || owner == user;
}

Trouble unable(const char* what) {
    return std::string(what) + ": " + std::string(text::error_text(errno));
}

// The kind of file, who owns it, and who may write it.
Trouble trouble_with(const struct stat& status, uid_t user, const std::string& path) {
    if (!S_ISREG(status.st_mode)) return "this is not a file: put one in its place";
    if (!is_trusted(status.st_uid, user)) {
        return "it belongs to user " + std::to_string(status.st_uid) +
               ", and says what the supervisor does: make it the supervisor's (chown " +
               std::to_string(user) + " " + path + ")";
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return "others may write it, and it says what the supervisor does (chmod go-w " + path +
               ")";
    return {};
}

// Leaves what it is in `status`.
Trouble read(const std::string& path, uid_t user, struct stat& status, std::string& text) {
    if (S_ISLNK(status.st_mode) && !is_trusted(status.st_uid, user))
        return "this link belongs to user " + std::to_string(status.st_uid) + ": remove it";
    // Where a FIFO or a device stands it neither waits nor does anything.
    const sys::Fd file = sys::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!file) return unable("unable to open it");
    if (::fstat(file.get(), &status) < 0) return unable("unable to look at it");
    Trouble trouble = trouble_with(status, user, path);
    if (!trouble.empty()) return trouble;
    if (!sys::read_at_most(file.get(), longest_service_file + 1, text))
        return unable("unable to read it");
    return text.size() > longest_service_file ? "it is larger than 64 KiB" : Trouble{};
}

// A logger's directory is `log` in that of a service.
Surroundings surroundings_of(const std::string& directory) {
    const size_t slash = directory.find_last_of('/');
    const std::string base = slash == directory.npos ? directory : directory.substr(slash + 1);
    const auto is_there = [&](const char* entry) {
        return ::faccessat(AT_FDCWD, (directory + entry).c_str(), F_OK, 0) == 0;
    };
    return {.name = base,
            .has_log = is_there("/log"),
            .is_log = base == "log" && is_there("/../run"),
            .is_obeyed = format::is_obeyed};
}

std::string words_of(const Fault& fault) {
    return std::to_string(fault.at.line) + ":" + std::to_string(fault.at.column) + ": " +
           fault.text;
}

}  // namespace

std::optional<format::ReadRules> load(const std::string& directory, uid_t user) {
    const std::string path = directory + "/" + format::service_file;
    struct stat status {};
    if (::lstat(path.c_str(), &status) < 0 && errno == ENOENT) return std::nullopt;
    format::ReadRules result;
    std::string toml;
    const Trouble trouble = read(path, user, status, toml);
    result.source = format::stamp_of(status);
    if (!trouble.empty()) {
        result.faults = {": " + trouble};
        return result;
    }
    ServiceFile file = read_service_file(toml, surroundings_of(directory));
    for (const Fault& fault : file.faults) result.faults.push_back(words_of(fault));
    result.lines = std::move(file.lines);
    return result;
}

}  // namespace hf::config
