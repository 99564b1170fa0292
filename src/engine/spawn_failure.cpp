// SPDX-License-Identifier: MIT
#include "engine/spawn_failure.h"

#include "sys/error.h"

namespace hf::engine {

void throw_failure(const std::string& name, const std::string& program,
                   const sys::SpawnResult& result) {
    using sys::Stage;
    switch (result.stage) {
        case Stage::clone: throw sys::Error("unable to fork for " + name, result.error);
        case Stage::descriptors:
            throw sys::Error("unable to make a descriptor table for " + name, result.error);
        case Stage::directory: throw sys::Error("unable to chdir to " + name, result.error);
        case Stage::record:
            throw sys::Error("unable to write " + name + "/supervise/status", result.error);
        case Stage::redirection:
            throw sys::Error("unable to set up descriptors for " + name, result.error);
        case Stage::program: break;
    }
    throw sys::Error("unable to start " + program, result.error);
}

}  // namespace hf::engine
