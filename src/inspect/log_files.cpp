// SPDX-License-Identifier: MIT
#include "inspect/log_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "inspect/files.h"
#include "inspect/processes.h"
#include "inspect/program.h"
#include "sys/directory.h"
#include "sys/safe_open.h"
#include "text/words.h"

namespace hf::inspect {

using namespace text;

namespace {

struct Packer {
    std::string_view magic;
    const char* program;
};
constexpr size_t most_content = 64 * 1024 * 1024;

constexpr std::array packers{
    Packer{"\x1F\x8B", "gzip"},
    Packer{"\x28\xB5\x2F\xFD", "zstd"},
    Packer{"\xFD"
           "7zXZ",
           "xz"},
    Packer{"BZh", "bzip2"},
};

}  // namespace

std::vector<std::string> log_files(const std::string& log_dir) {
    std::vector<std::string> files;
    sys::Fd directory = sys::open(log_dir.c_str(), O_RDONLY | O_DIRECTORY);
    if (!directory) return files;
    for (const std::string& name : sys::names_in(directory).value_or(std::vector<std::string>{})) {
        if (format::parse_label(name)) files.push_back(log_dir + "/" + name);
    }
    std::sort(files.begin(), files.end());
    files.push_back(log_dir + "/current");
    return files;
}

std::string log_content(const std::string& file) {
    sys::Fd opened = open_log_file(file);
    std::string text = opened ? end_of(opened, most_content) : "";
    for (const Packer& packer : packers) {
        if (!text.starts_with(packer.magic)) continue;
        std::string program = find_in_path(packer.program, "/usr/bin:/bin", myself());
        if (!program.empty() && ::lseek(opened.get(), 0, SEEK_SET) == 0)
            return run_program({program, "-dc"}, opened).text;
    }
    return text;
}

std::optional<format::Tai64n> finished_at(const std::string& file) {
    return format::parse_label(std::string_view(file).substr(file.rfind('/') + 1));
}

LogTail::LogTail(std::string log_dir) : log_dir_(std::move(log_dir)) {
    open();
    if (current_) ::lseek(current_.get(), 0, SEEK_END);
}

void LogTail::open() {
    current_ = open_log_file(log_dir_ + "/current");
}

void LogTail::read() {
    if (current_) sys::read_at_most(current_.get(), most_content, rest_);
}

std::vector<std::string> LogTail::more() {
    read();
    // Until `current` is another file: then the old one, which is complete now, was read above or
    // is read to its end here.
    const std::string current = log_dir_ + "/current";
    if (exists(current) && !sys::leads_to(AT_FDCWD, current.c_str(), current_)) {
        read();
        open();
        read();
    }
    size_t end = rest_.rfind('\n');
    if (end == std::string::npos && rest_.size() < most_content) return {};
    if (end == std::string::npos) end = rest_.size() - 1;  // a line without an end
    auto lines = lines_of(std::string_view(rest_).substr(0, end + 1));
    rest_.erase(0, end + 1);
    return lines;
}

}  // namespace hf::inspect
