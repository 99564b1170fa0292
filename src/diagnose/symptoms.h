// SPDX-License-Identifier: MIT
// What programs say when they give up, in the words of many languages and libraries. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hf::diagnose {

enum class Symptom {
    none,
    port_taken,
    port_privileged,
    no_threads,
    no_memory,
    no_descriptors,
    library_missing,
    disk_full,
    permission,
    not_found,
};

// What the line speaks of.
Symptom symptom_of(std::string_view line);

// A port that the line names; 0 if there is none.
std::uint16_t port_named_in(const std::string& line);

// What in the line may be the name of a file: what is quoted, what begins with a slash, what stands
// before ": Permission denied" and the like.
std::vector<std::string> files_named_in(const std::string& line);

}  // namespace hf::diagnose
