// SPDX-License-Identifier: MIT
// What an engine tells of the service directories that it has set aside, in the file
// .svscan.quarantine of the scan directory; there is none while none is. Pure.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hf::format {

inline constexpr const char* quarantine_file = ".svscan.quarantine";
inline constexpr std::size_t longest_quarantine_list = 64 * 1024;

struct Quarantined {
    std::string name;                 // in the scan directory, or absolute; of a logger with /log
    bool killed = true;               // the engine, twice; else an engine got stuck there
    std::chrono::seconds since{};     // 1970
    std::chrono::seconds next_try{};  // since 1970; may be over, while it is tried
    bool operator==(const Quarantined&) const = default;
};

struct QuarantineList {
    pid_t supervisor = 0;  // while it lives, in that boot, the list counts
    std::array<std::byte, 16> boot{};
    std::vector<Quarantined> all;
    bool operator==(const QuarantineList&) const = default;
};

std::string encode(const QuarantineList& list);

// None if it is no such list.
std::optional<QuarantineList> quarantine_list(std::string_view bytes);

// The entry that concerns the service `name`, which leads to `target`; null: none does.
const Quarantined* find(const QuarantineList& list, std::string_view name, std::string_view target);

}  // namespace hf::format
