// SPDX-License-Identifier: MIT
// Numbers and checksums in files. Pure; may be called between clone and exec.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/time.h"
#include "format/tai64n.h"

namespace hf::format {

// Little-endian.
template <std::unsigned_integral Number>
void put(std::span<std::byte> bytes, size_t at, Number number) noexcept {
    for (size_t i = 0; i < sizeof number; ++i)
        bytes[at + i] = static_cast<std::byte>((number >> (8 * i)) & 0xff);
}

template <std::unsigned_integral Number>
Number get(std::span<const std::byte> bytes, size_t at) {
    Number number = 0;
    for (size_t i = 0; i < sizeof number; ++i)
        number = static_cast<Number>(number | (std::to_integer<Number>(bytes[at + i]) << (8 * i)));
    return number;
}

inline void put_char(std::span<std::byte> bytes, size_t at, char value) {
    bytes[at] = std::byte(value);
}
inline char get_char(std::span<const std::byte> bytes, size_t at) {
    return static_cast<char>(std::to_integer<unsigned char>(bytes[at]));
}

// 12 bytes, as Bernstein's libtai packs TAI64N.
void put_label(std::span<std::byte> bytes, size_t at, core::WallTime wall) noexcept;
Tai64n get_label(std::span<const std::byte> bytes, size_t at);

// The epoch for a label that no clock of ours can have shown.
core::WallTime wall_of(Tai64n label);

inline constexpr std::uint32_t fnv_start = 2166136261U;

// FNV-1a, 32 bits; `sum` is what the bytes before came to.
std::uint32_t fnv1a(std::span<const std::byte> bytes, std::uint32_t sum = fnv_start) noexcept;

}  // namespace hf::format
