// SPDX-License-Identifier: MIT
#include "format/letters.h"

namespace hf::format {

namespace {

constexpr unsigned mark = 0x80;
constexpr int bits = 7;
constexpr size_t sender_prefix_size = 5;

}  // namespace

std::string sender_prefix(std::uint32_t user) {
    std::string bytes;
    for (size_t i = 0; i < sender_prefix_size; ++i)
        bytes += static_cast<char>(mark | ((std::uint64_t{user} >> (bits * i)) & (mark - 1)));
    return bytes;
}

std::vector<Letter> letters(std::string_view bytes) {
    std::vector<Letter> result;
    std::uint32_t user = unknown_caller;
    std::uint64_t next_user = 0;
    size_t seen = 0;
    for (char each : bytes) {
        auto byte = static_cast<unsigned char>(each);
        if (byte < mark) {
            seen = 0;
            result.push_back({each, user});
            continue;
        }
        if (seen == 0) next_user = 0;
        next_user |= std::uint64_t{byte & (mark - 1)} << (bits * seen);
        if (++seen < sender_prefix_size) continue;
        user = static_cast<std::uint32_t>(next_user);
        seen = 0;
    }
    return result;
}

}  // namespace hf::format
