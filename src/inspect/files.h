// SPDX-License-Identifier: MIT
// What stands at a path. Where that cannot be known, nothing does.
#pragma once

#include <string>

namespace hf::inspect {

// There is something by that name, be it a link that leads nowhere.
bool is_there(const std::string& path);

// There is something, after all links.
bool exists(const std::string& path);

bool is_link(const std::string& path);
bool is_directory(const std::string& path);   // or leads to one
bool is_plain_file(const std::string& path);  // the same

// The path with all its links followed; empty where that cannot be known.
std::string real_path(const std::string& path);

// The same, but the path as it is where that cannot be known.
std::string without_links(const std::string& path);

}  // namespace hf::inspect
