// SPDX-License-Identifier: MIT
#include "people/log_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "people/look/processes.h"
#include "people/look/program.h"
#include "people/look/words.h"
#include "sys/directory.h"

namespace hf::people {

namespace {

struct Packer {
    std::string_view magic;
    const char* program;
};
constexpr std::array packers{
    Packer{"\x1F\x8B", "gzip"},
    Packer{"\x28\xB5\x2F\xFD", "zstd"},
    Packer{"\xFD"
           "7zXZ",
           "xz"},
    Packer{"BZh", "bzip2"},
};

}  // namespace

std::vector<std::string> log_files(const std::string& folder) {
    std::vector<std::string> files;
    sys::Fd directory = sys::open(folder.c_str(), O_RDONLY | O_DIRECTORY);
    if (!directory) return files;
    for (const std::string& name : sys::names_in(directory).value_or(std::vector<std::string>{})) {
        if (format::parse_label(name)) files.push_back(folder + "/" + name);
    }
    std::sort(files.begin(), files.end());
    files.push_back(folder + "/current");
    return files;
}

std::string log_content(const std::string& file) {
    std::string text = contents(file);
    for (const Packer& packer : packers) {
        if (!text.starts_with(packer.magic)) continue;
        std::string program = find_in_path(packer.program, "/usr/bin:/bin", myself());
        if (!program.empty()) return ask({program, "-dc", file}, myself()).text;
    }
    return text;
}

std::optional<format::Tai64n> finished_at(const std::string& file) {
    return format::parse_label(std::string_view(file).substr(file.rfind('/') + 1));
}

LogTail::LogTail(std::string folder) : folder_(std::move(folder)) {
    open();
    if (current_) ::lseek(current_.get(), 0, SEEK_END);
}

void LogTail::open() {
    current_ = sys::open((folder_ + "/current").c_str(), O_RDONLY | O_NONBLOCK);
}

void LogTail::read() {
    if (current_) sys::read_all(current_.get(), rest_);
}

std::vector<std::string> LogTail::more() {
    read();
    // Until `current` is another file: then the old one, which is complete now, was read above or
    // is read to its end here.
    struct stat held {};
    struct stat named {};
    bool there = ::stat((folder_ + "/current").c_str(), &named) == 0;
    bool same = current_ && ::fstat(current_.get(), &held) == 0 && held.st_ino == named.st_ino;
    if (there && !same) {
        read();
        open();
        read();
    }
    size_t end = rest_.rfind('\n');
    if (end == std::string::npos) return {};
    auto lines = lines_of(std::string_view(rest_).substr(0, end + 1));
    rest_.erase(0, end + 1);
    return lines;
}

}  // namespace hf::people
