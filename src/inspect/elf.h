// SPDX-License-Identifier: MIT
// What an ELF file says of itself, and what glibc's loader would load for it. Only read: what is
// looked at may be anybody's, and neither it nor the loader that it names is executed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hf::inspect {

struct Elf {
    bool is_64 = false;
    std::uint16_t machine = 0;  // EM_X86_64 ...
    std::string loader;         // empty: static, or a library
    std::vector<std::string> needed;
    std::string rpath;
    std::string runpath;
    std::uint64_t span = 0;  // of address space, that it takes up
};

// None if it cannot be read, or is none of this machine's byte order.
std::optional<Elf> read_elf(const std::string& path);

struct Loading {
    std::vector<std::string> missing;  // the libraries that are nowhere, by name
    std::uint64_t span = 0;            // the address space of all together
};

// What the loader would find for `program`, with `library_path` as LD_LIBRARY_PATH. None if it is
// not glibc's, whose rules these are. To be asked with the eyes of who is to execute it.
std::optional<Loading> loading_of(const std::string& program, const std::string& library_path);

}  // namespace hf::inspect
