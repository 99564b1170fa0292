// SPDX-License-Identifier: MIT
#include "log/splitter.h"

#include <algorithm>

namespace hf::log {

namespace {

// The length of `bytes` without the start of a UTF-8 character at its end that is not all there.
size_t whole_characters(std::string_view bytes) {
    for (size_t back = 1; back <= std::min<size_t>(3, bytes.size()); ++back) {
        const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
        if ((byte & 0xc0) == 0x80) continue;
        const size_t needed = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
        return needed > back ? bytes.size() - back : bytes.size();
    }
    return bytes.size();
}

}  // namespace

Piece next_piece(std::string_view bytes, bool in_line, const LineLimits& limits) {
    const size_t newline = bytes.substr(0, limits.longest).find('\n');
    if (newline != std::string_view::npos) return {newline + 1, true};
    if (!in_line && bytes.size() < limits.wait) return {};
    const std::string_view piece = bytes.substr(0, limits.longest);
    return {limits.characters ? whole_characters(piece) : piece.size(), false};
}

Block next_block(std::string_view bytes, bool in_line, size_t wait) {
    const size_t newline = bytes.rfind('\n');
    const size_t lines = newline == std::string_view::npos ? 0 : newline + 1;
    if (lines > 0) in_line = false;
    if (lines == bytes.size()) return {lines, in_line};
    if (!in_line && bytes.size() - lines < wait) return {lines, false};
    return {bytes.size(), true};
}

}  // namespace hf::log
