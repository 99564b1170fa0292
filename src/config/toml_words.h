// SPDX-License-Identifier: MIT
// Values of TOML that stand without quotes or brackets: true, 5, 1e3, 2026-11-29. Pure.
#pragma once

#include <string>
#include <string_view>

namespace hf::config {

// What is wrong with such a value, and what to write instead; empty if nothing is.
std::string trouble_with_bare(std::string_view value);

}  // namespace hf::config
