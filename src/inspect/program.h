// SPDX-License-Identifier: MIT
// Whether the kernel could execute a file, and if not, why: what the bare "No such file or
// directory" or "Exec format error" does not tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "inspect/access.h"
#include "sys/fd.h"

namespace hf::inspect {

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

// The libraries that a dynamic binary lacks, as `user` would load it with that LD_LIBRARY_PATH.
std::vector<std::string> missing_libraries(const std::string& path, const User& user,
                                           const std::string& library_path);

// Whether a dynamic binary and its libraries fit into so much address space. True where that cannot
// be known.
bool loads_within(const std::string& path, const User& user, const std::string& library_path,
                  std::uint64_t address_space);

// Where a program without a slash in its name is found by `user`: as in execvp(3), one that may
// not be executed only counts when there is no other. Empty if there is none.
std::string find_in_path(const std::string& name, const std::string& path, const User& user);

// What a program of the system says, on both its outputs, and its exit code (-1: it could not be
// run, took longer than a second, or said more than anybody wants to know). Never to be asked of a
// program that is itself looked at.
struct ProgramOutput {
    int code = -1;
    std::string text;
};
// `input`: what it reads; empty: nothing.
ProgramOutput run_program(const std::vector<std::string>& command, const sys::Fd& input = {});

}  // namespace hf::inspect
