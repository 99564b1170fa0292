// SPDX-License-Identifier: MIT
// What every command shares: it defines run(), and main() (in main.cpp) turns what run() throws
// into a message and an exit code. No command prints "fatal" or chooses 111 by itself.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hf::program {

using Args = std::vector<char*>;  // argv[1..]; args.data()[args.size()] is argv's null

// Thrown to end with `code`: `line` goes to standard error as it is.
struct Exit {
    std::string line;
    int code;
};

// The same for misuse.
struct Usage : Exit {
    explicit Usage(std::string text, int status = 100) : Exit{std::move(text), status} {}
};

// A failure with no errno behind it: "PROG: fatal: TEXT", exit 111.
struct Fatal {
    std::string text;
};

// The command itself. Returns the exit code. Defined once in each command's file.
int run(const Args& args);

// One line "PROG: warning: TEXT" or "PROG: warning: TEXT: E" on standard error. `code` is an errno.
void warn(std::string_view text);
void warn(std::string_view text, int code);

}  // namespace hf::program
