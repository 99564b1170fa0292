// SPDX-License-Identifier: MIT
// What a process was to have, and cannot: it then runs nothing, for no service runs with more than
// it was to have, or with less.
#pragma once

#include <string>

namespace hf::enter {

// The exit codes, as systemd has them; `settings` and `rules` as sysexits.h.
enum class Stage : int {
    settings = 66,
    rules = 78,
    cwd = 200,
    nice = 201,
    program = 203,
    oom_score = 206,
    group = 216,
    user = 217,
};

struct Refusal {
    Stage stage;
    int error;         // errno, for the engine
    std::string text;  // "[process] KEY: TROUBLE: REMEDY"
};

[[noreturn]] void refuse(Stage stage, int error, const std::string& what,
                         const std::string& trouble, const std::string& remedy);

// The same, where the kernel says what is wrong: by `error`.
[[noreturn]] void refuse_by(int error, Stage stage, const std::string& what,
                            const std::string& trouble, const std::string& remedy);

}  // namespace hf::enter
