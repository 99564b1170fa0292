// SPDX-License-Identifier: MIT
#include "log/line_watch.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "sys/error.h"

namespace hf::log {

namespace {

constexpr size_t longest_line = 4096;

}  // namespace

LineWatch::LineWatch(const char* pattern) {
    if (::regcomp(&pattern_, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        throw sys::Error(std::string("unable to use the pattern ") + pattern, EINVAL);
}

LineWatch::~LineWatch() {
    ::regfree(&pattern_);
}

bool LineWatch::take(std::string_view bytes) {
    while (!bytes.empty()) {
        const size_t length = std::min(bytes.find('\n'), bytes.size());
        line_.append(bytes.substr(0, std::min(length, longest_line - line_.size())));
        if (length == bytes.size()) return false;
        bytes.remove_prefix(length + 1);
        if (is_in(std::exchange(line_, {}))) return true;
    }
    return false;
}

// A line may have a NUL in it, and DOS's line ends.
bool LineWatch::is_in(std::string_view line) const {
    if (line.ends_with('\r')) line.remove_suffix(1);
    regmatch_t range{0, static_cast<regoff_t>(line.size())};
    return ::regexec(&pattern_, line.data(), 1, &range, REG_STARTEND) == 0;
}

}  // namespace hf::log
