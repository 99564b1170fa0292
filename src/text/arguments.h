// SPDX-License-Identifier: MIT
// What the words of a command line must look like, for each kind: empty if a word does, else what
// is wrong with it. Pure.
#pragma once

#include <string>

namespace hf::text {

// A service's name, a directory or a pattern.
std::string wrong_name(const std::string& text);

// From 0 on, with a fraction if need be.
std::string wrong_seconds(const std::string& text);

// The same; nothing at all is as good.
std::string wrong_seconds_if_any(const std::string& text);

std::string wrong_port(const std::string& text);

// How many lines.
std::string wrong_count(const std::string& text);

}  // namespace hf::text
