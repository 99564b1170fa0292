// SPDX-License-Identifier: MIT
// What is wrong with a text that is no TOML, in words for people. toml++, which reads what is
// right, speaks to programmers. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "config/node.h"

namespace hf::config {

// The first thing that is wrong, if anything is. What is nested more than a hundred deep is, too:
// no stack is spent on it.
std::optional<Fault> fault_in_toml(std::string_view text);

}  // namespace hf::config
