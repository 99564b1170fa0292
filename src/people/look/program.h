// SPDX-License-Identifier: MIT
// Whether the kernel could execute a file, and if not, why: what the bare "No such file or
// directory" or "Exec format error" does not tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "people/look/access.h"

namespace hf::people {

enum class Format { binary, script, empty, other };

struct Executable {
    Format format = Format::other;
    std::string first_line;  // of a script, without its end
    bool crlf = false;       // the first line ends in CR LF
    bool byte_order_mark = false;
    std::string machine;   // of a binary: "x86-64", "ARM 64"
    bool foreign = false;  // ... which is not this machine's
    std::string loader;    // of a binary that needs one
};

// None if it cannot be read.
std::optional<Executable> executable(const std::string& path);

// The libraries that a dynamic binary lacks, as `person` would load it. Asks its loader, which does
// not run the program.
std::vector<std::string> missing_libraries(const std::string& path, const Executable& binary,
                                           const Person& person);

// Whether the loader of a dynamic binary can load it and its libraries within so much address
// space. True where that cannot be tried.
bool loads_within(const std::string& path, const Executable& binary, const Person& person,
                  std::uint64_t address_space);

// Where a program without a slash in its name is found by `person`: as in execvp(3), one that may
// not be executed only counts when there is no other. Empty if there is none.
std::string find_in_path(const std::string& name, const std::string& path, const Person& person);

// What another program says, on both its outputs, and its exit code (-1: it could not be run or
// took longer than a second). It is run as `person`, with nothing to read.
struct Said {
    int code = -1;
    std::string text;
};
// `address_space`: a limit for it; 0: none.
Said ask(const std::vector<std::string>& command, const Person& person,
         std::uint64_t address_space = 0);

}  // namespace hf::people
