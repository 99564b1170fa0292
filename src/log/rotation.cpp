// SPDX-License-Identifier: MIT
#include "log/rotation.h"

#include <algorithm>

namespace hf::log {

Cut cut(uint64_t written, uint64_t size, std::string_view bytes) {
    if (written >= size) return {.rotate_first = true};
    const uint64_t enough = size - std::min(size, tolerance);  // a newline at or past it ends it
    const auto room = static_cast<size_t>(std::min<uint64_t>(size - written, bytes.size()));
    if (written + room < enough) return {.length = room};

    // The newline that brings the file to `enough` is the byte before that mark, or later.
    const auto from = static_cast<size_t>(enough > written ? enough - written - 1 : 0);
    const size_t newline = bytes.substr(0, room).find('\n', from);
    if (newline == std::string_view::npos) return {.length = room};
    return {.length = newline + 1, .rotate_after = true};
}

}  // namespace hf::log
