// SPDX-License-Identifier: MIT
#include "engine/mounts.h"

#include <fcntl.h>

#include <algorithm>

#include "sys/fd.h"

namespace hf::engine {

namespace {

// What stands in `text` before the first `end`, which is taken from it.
std::string_view cut(std::string_view& text, char end) {
    size_t size = std::min(text.find(end), text.size());
    std::string_view first = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    return first;
}

}  // namespace

std::string normal_path(std::string_view path) {
    std::string result;
    while (!path.empty()) {
        std::string_view part = cut(path, '/');
        if (part == "..") result.resize(std::min(result.rfind('/'), result.size()));
        if (part.empty() || part == "." || part == "..") continue;
        result.append("/").append(part);
    }
    return result.empty() ? "/" : result;
}

bool is_below(std::string_view path, std::string_view directory) {
    return directory == "/" || path == directory ||
           (path.starts_with(directory) && path[directory.size()] == '/');
}

Mounts::Mounts() {
    sys::Fd file = sys::open("/proc/self/mountinfo", O_RDONLY);
    std::string text;
    if (!file || !sys::read_all(file.get(), text)) return;
    for (std::string_view lines = text; !lines.empty();) {
        std::string_view line = cut(lines, '\n');
        for (int skipped = 0; skipped < 4; ++skipped) cut(line, ' ');
        points_.emplace_back(cut(line, ' '));
    }
}

std::string Mounts::of(std::string_view path) const {
    std::string_view best;
    for (const std::string& point : points_) {
        if (is_below(path, point) && point.size() >= best.size()) best = point;
    }
    return std::string(best);
}

}  // namespace hf::engine
