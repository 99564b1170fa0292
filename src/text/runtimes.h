// SPDX-License-Identifier: MIT
// What runs the programs of others, virtual machines and interpreters: how a file is started with
// each, and how its memory is limited. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hf::text {

// In options and settings, {M} is the memory in megabytes, {B} in bytes, {D} the service directory.
struct Runtime {
    std::string_view name;            // of --like
    std::string_view ending;          // of the file that stands for the whole command
    std::string_view other_ending;    // of one before which `file_option` does not stand
    std::string_view program;         // what runs such a file
    std::string_view elsewhere;       // where it is if not in PATH: a pattern of paths
    std::string_view options;         // always
    std::string_view file_option;     // stands before the file
    std::string_view memory_option;   // of the program
    std::string_view memory_setting;  // of its environment, for what starts it by itself
    std::string_view setting;         // of its environment
    std::string_view remark;
};

std::vector<std::string> runtime_names();

// Null: there is none of this name.
const Runtime* runtime_named(std::string_view name);

// The one that `program`, a name or a path, is; null if it is none.
const Runtime* runtime_of_program(std::string_view program);

// The one that `program` starts to do its work: node for npm; null if there is none.
const Runtime* runtime_behind(std::string_view program);

}  // namespace hf::text
