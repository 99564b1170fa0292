// SPDX-License-Identifier: MIT
// The mark by which supervisors know their own records again, whoever may write the file by then: a
// keyed hash (SipHash-2-4) over the record and over which directory it is of. It stands in the
// status file between the record and the history. Pure; seal_of() may run between clone and exec.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/scan.h"

namespace hf::format {

// In every version, wherever that puts the history: else it would not know the records of others.
inline constexpr size_t seal_at = 504;

// Known to nobody but those who supervise as this user.
using SealKey = std::array<std::uint64_t, 2>;

struct Seal {
    SealKey key{};  // zeros: none, and nothing is sealed
    core::Identity directory{};
};

// Of a whole record.
std::uint64_t seal_of(std::span<const std::byte> record, const Seal& seal) noexcept;

// Whether the record in that file bears that seal.
bool is_sealed(std::span<const std::byte> status_file, const Seal& seal);

std::uint64_t siphash(const SealKey& key, std::span<const std::byte> bytes) noexcept;

}  // namespace hf::format
