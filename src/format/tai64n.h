// SPDX-License-Identifier: MIT
// TAI64N: moments as daemontools writes them, in status files (12 bytes) and in logs (a label).
// The distance to Unix time is always ten seconds: leap seconds are not counted. Pure.
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hf::format {

struct Tai64n {
    uint64_t seconds = 0;  // 2^62 + 10 + Unix seconds
    uint32_t nanoseconds = 0;

    auto operator<=>(const Tai64n&) const = default;
};

constexpr uint64_t tai64_epoch = (uint64_t{1} << 62) + 10;  // 1970-01-01 00:00:00 UTC
constexpr size_t label_size = 25;                           // "@" and 24 hexadecimal digits

// The label moment of a wall-clock time since 1970. As daemontools: whole microseconds, and 500 ns.
Tai64n tai64n(std::chrono::nanoseconds since_1970);

// The smallest moment after `moment` that has the same form: one microsecond later.
Tai64n next_moment(Tai64n moment);

// The external form: seconds and nanoseconds, big-endian.
std::array<unsigned char, 12> external(Tai64n moment);
Tai64n from_external(std::span<const unsigned char, 12> bytes);

// "@" and 24 lowercase digits, as in a log line or the name of a finished log file.
std::array<char, label_size> label(Tai64n moment);

// Reads a label at the start of `text`; what follows its 25 bytes does not matter.
std::optional<Tai64n> parse_label(std::string_view text);

}  // namespace hf::format
