// SPDX-License-Identifier: MIT
// The programs that the guardian executes: its engine, and itself.
#pragma once

#include <sys/types.h>

#include <array>
#include <climits>

#include "guardian/lifecycle.h"

namespace hf::guardian {

// Where they stand: the engine beside the guardian.
struct Paths {
    explicit Paths(const char* self);
    std::array<char, PATH_MAX> self{};
    std::array<char, PATH_MAX> engine{};
};

inline constexpr const char* engine_name = "holdfast-engine";

// What an engine is started with. `main_service` may be null, `lock` may be -1.
struct EngineStart {
    Program program;
    int file;  // of the program
    int socket;
    int memory;
    int lock;
    const char* directory;  // as the user calls it, for ps(1)
    const char* main_service;
};

// In a new process: becomes the engine, or says why not and exits with 111.
[[noreturn]] void become_engine(const Paths& paths, const EngineStart& start);

// Whether the svscan on disk runs at all. Waits for up to two seconds.
bool can_run(const Paths& paths);

// Becomes the svscan on disk. Returns if that cannot be done, with errno set.
struct Arguments {
    const char* directory;
    const char* main_service;
    bool prefix_output;
};
void become_svscan(const Paths& paths, const Arguments& arguments);

}  // namespace hf::guardian
