// SPDX-License-Identifier: MIT
#include "format/bytes.h"

#include <array>
#include <chrono>

namespace hf::format {

void put_label(std::span<std::byte> bytes, size_t at, core::WallTime wall) noexcept {
    auto label = external(tai64n(wall.time_since_epoch()));
    for (size_t i = 0; i < label.size(); ++i) bytes[at + i] = std::byte(label[i]);
}

Tai64n get_label(std::span<const std::byte> bytes, size_t at) {
    std::array<unsigned char, 12> label{};
    for (size_t i = 0; i < label.size(); ++i)
        label[i] = std::to_integer<unsigned char>(bytes[at + i]);
    return from_external(label);
}

core::WallTime wall_of(Tai64n label) {
    constexpr std::uint64_t last = 9'000'000'000;  // seconds that fit in nanoseconds: to 2255
    if (label.seconds < tai64_epoch || label.seconds - tai64_epoch > last) return {};
    auto seconds = std::chrono::seconds(label.seconds - tai64_epoch);
    return core::WallTime(seconds + std::chrono::nanoseconds(label.nanoseconds));
}

std::uint32_t fnv1a(std::span<const std::byte> bytes, std::uint32_t sum) noexcept {
    for (std::byte each : bytes) sum = (sum ^ std::to_integer<std::uint32_t>(each)) * 16777619U;
    return sum;
}

}  // namespace hf::format
