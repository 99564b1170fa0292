// SPDX-License-Identifier: MIT
#include "people/look/log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "people/look/launch.h"
#include "people/look/processes.h"
#include "people/look/words.h"
#include "sys/fd.h"

namespace hf::people {

LogLine log_line(std::string line) {
    auto time = format::parse_label(line);
    if (!time) return {std::nullopt, std::move(line)};
    line.erase(0, format::label_size);
    if (line.starts_with(' ')) line.erase(0, 1);
    return {time, std::move(line)};
}

std::optional<std::string> log_folder_of(const std::string& path) {
    auto launch = launch_of(parse_script(contents(path + "/log/run")));
    if (!launch) return std::nullopt;
    auto folder = log_folder(*launch);
    if (!folder || folder->starts_with('/')) return folder;
    std::string at = path + "/log/";
    if (launch->directory.known && !launch->directory.text.empty()) {
        bool absolute = launch->directory.text.starts_with('/');
        at = (absolute ? "" : at) + launch->directory.text + "/";
    }
    return at + (folder->starts_with("./") ? folder->substr(2) : *folder);
}

std::vector<LogLine> last_lines(const std::string& file, size_t count) {
    constexpr off_t enough = 65536;
    std::vector<LogLine> result;
    sys::Fd log = sys::open(file.c_str(), O_RDONLY | O_NONBLOCK);
    struct stat found {};
    if (!log || ::fstat(log.get(), &found) != 0) return result;
    ::lseek(log.get(), std::max<off_t>(0, found.st_size - enough), SEEK_SET);
    std::string text;
    sys::read_all(log.get(), text);
    auto lines = lines_of(text);
    size_t first = lines.size() > count ? lines.size() - count : 0;
    for (size_t i = first; i < lines.size(); ++i) result.push_back(log_line(std::move(lines[i])));
    return result;
}

}  // namespace hf::people
