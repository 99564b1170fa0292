// SPDX-License-Identifier: MIT
#include "engine/seal_key.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <cstring>
#include <optional>

#include "sys/fd.h"
#include "sys/safe_open.h"

namespace hf::engine {

namespace {

constexpr const char* run_directory = "holdfast";
constexpr const char* name = "key";
constexpr format::SealKey none{};

// Where nobody else can write, or put another in its place.
sys::Fd kept_in() {
    if (::geteuid() != 0) return {};
    sys::Fd run = sys::open("/run", O_PATH | O_DIRECTORY);
    sys::Fd directory = run ? sys::make_directory(run, run_directory, 0755) : sys::Fd();
    struct stat status {};
    bool good = directory && ::fstat(directory.get(), &status) == 0 && sys::is_ours_alone(status);
    return good ? std::move(directory) : sys::Fd();
}

std::optional<format::SealKey> read(const sys::Fd& directory) {
    format::SealKey key{};
    struct stat status {};
    sys::Fd file = sys::open_entry(directory, name, sys::Kind::file, O_RDONLY);
    if (!file || ::fstat(file.get(), &status) < 0) return std::nullopt;
    if (!sys::is_ours_alone(status) || (status.st_mode & 077) != 0) return std::nullopt;
    if (::read(file.get(), key.data(), sizeof key) != sizeof key || key == none)
        return std::nullopt;
    return key;
}

// Whole or not at all, and the first one stays.
void keep(const sys::Fd& directory, const format::SealKey& key) {
    const std::string fresh = "key." + std::to_string(::getpid());
    ::unlinkat(directory.get(), fresh.c_str(), 0);
    sys::Fd file = sys::open_at(directory, fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (file && ::write(file.get(), key.data(), sizeof key) == sizeof key)
        (void)!::linkat(directory.get(), fresh.c_str(), directory.get(), name, 0);
    ::unlinkat(directory.get(), fresh.c_str(), 0);
}

}  // namespace

format::SealKey seal_key(guard::SharedPage& page) {
    if (page.seal_key != none) return page.seal_key;
    format::SealKey key{};
    sys::Fd directory = kept_in();
    if (auto known = directory ? read(directory) : std::nullopt) {
        key = *known;
    } else {
        (void)!::getrandom(key.data(), sizeof key, 0);
        if (directory) keep(directory, key);
        // Another svscan that begins at the same time may have been first.
        if (auto kept = directory ? read(directory) : std::nullopt) key = *kept;
    }
    page.seal_key = key;
    return key;
}

}  // namespace hf::engine
