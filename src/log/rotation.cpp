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

Cut cut_at_records(uint64_t written, uint64_t size, bool in_record, std::string_view bytes) {
    const uint64_t enough = size - std::min(size, tolerance);
    size_t length = 0;
    while (length < bytes.size()) {
        const size_t newline = bytes.find('\n', length);
        const bool complete = newline != std::string_view::npos;
        const size_t end = complete ? newline + 1 : bytes.size();
        const bool fits = in_record || written + length == 0 || written + end <= size;
        if (!fits && length == 0) return {.rotate_first = true};
        if (!fits) return {.length = length, .rotate_after = true};
        length = end;
        in_record = !complete;
        if (complete && written + length >= enough) return {.length = length, .rotate_after = true};
    }
    return {.length = length};
}

}  // namespace hf::log
