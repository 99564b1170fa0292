// SPDX-License-Identifier: MIT
// daemontools' own words for an errno. They are interface strings, never strerror(3)'s.
#pragma once

#include <string_view>

namespace hf::text {

// "file does not exist" for ENOENT, "no error" for 0, "unknown error" for what is not in the table.
std::string_view error_text(int code);

}  // namespace hf::text
