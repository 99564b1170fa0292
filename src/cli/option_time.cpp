// SPDX-License-Identifier: MIT
#include "cli/option_time.h"

#include <chrono>

#include "program/tool.h"
#include "sys/clock.h"
#include "text/times.h"

namespace hf::cli {

std::optional<format::Tai64n> option_time(const char* option, const std::string& text, bool utc) {
    if (text.empty()) return std::nullopt;
    auto now = std::chrono::floor<std::chrono::seconds>(sys::wall_time()).count();
    auto time = text::time_from(text, now, utc);
    if (!time)
        throw program::Usage{std::string("holdfast: ") + option + ": not a time: " + text +
                             "\nuse 10m, 1h30m, '3 days ago', yesterday, 14:30, 2026-01-31 or "
                             "'2026-01-31 14:30:05'"};
    return time;
}

}  // namespace hf::cli
