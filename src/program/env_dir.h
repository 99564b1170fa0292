// SPDX-License-Identifier: MIT
// A directory of settings, as envdir(8) reads it.
#pragma once

#include <string>

#include "text/environment.h"

namespace hf::program {

// Each file there sets the variable of its name, or removes it if it is empty. Throws sys::Error
// if one of them, or the directory, cannot be read.
void apply_env_dir(const std::string& directory, text::Environment& environment);

}  // namespace hf::program
