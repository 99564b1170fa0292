// SPDX-License-Identifier: MIT
#include "inspect/log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "inspect/launch.h"
#include "inspect/processes.h"
#include "sys/safe_open.h"
#include "text/words.h"

namespace hf::inspect {

using namespace text;

LogLine log_line(std::string line) {
    auto time = format::parse_label(line);
    if (!time) return {std::nullopt, std::move(line)};
    line.erase(0, format::label_size);
    if (line.starts_with(' ')) line.erase(0, 1);
    return {time, std::move(line)};
}

std::optional<std::string> configured_log_directory(const std::string& path) {
    auto launch = launch_of(parse_script(contents(path + "/log/run")));
    if (!launch) return std::nullopt;
    auto log_dir = log_directory(*launch);
    if (!log_dir || log_dir->starts_with('/')) return log_dir;
    std::string at = path + "/log/";
    if (launch->directory.known && !launch->directory.text.empty()) {
        bool absolute = launch->directory.text.starts_with('/');
        at = (absolute ? "" : at) + launch->directory.text + "/";
    }
    return at + (log_dir->starts_with("./") ? log_dir->substr(2) : *log_dir);
}

sys::Fd open_log_file(const std::string& file) {
    size_t slash = file.rfind('/');
    sys::Fd log_dir = sys::open(file.substr(0, slash + 1).c_str(), O_PATH | O_DIRECTORY);
    if (!log_dir) return log_dir;
    return sys::open_entry(log_dir, file.c_str() + slash + 1, sys::Kind::file, O_RDONLY);
}

std::string end_of(const sys::Fd& file, size_t most) {
    struct stat found {};
    std::string text;
    if (::fstat(file.get(), &found) < 0) return text;
    const auto size = static_cast<std::uint64_t>(found.st_size);
    const bool is_cut = size > most;
    if (is_cut) ::lseek(file.get(), static_cast<off_t>(size - most), SEEK_SET);
    sys::read_at_most(file.get(), most, text);
    const size_t end = text.find('\n');
    if (is_cut && end != std::string::npos && end + 1 < text.size()) text.erase(0, end + 1);
    return text;
}

std::vector<LogLine> last_lines(const std::string& file, size_t count) {
    constexpr size_t enough = 65536;
    constexpr size_t longest = 4096;
    std::vector<LogLine> result;
    sys::Fd log = open_log_file(file);
    if (!log) return result;
    auto lines = lines_of(end_of(log, enough));
    size_t first = lines.size() > count ? lines.size() - count : 0;
    for (size_t i = first; i < lines.size(); ++i) {
        lines[i].resize(std::min(lines[i].size(), longest));
        result.push_back(log_line(std::move(lines[i])));
    }
    return result;
}

}  // namespace hf::inspect
