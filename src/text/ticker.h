// SPDX-License-Identifier: MIT
// The moving text that readproctitle shows in ps.
#pragma once

#include <span>
#include <string_view>

namespace hf::text {

// Moves `text` into the window from the right; what was there leaves on the left. NULs are left
// out: they would end the text for whoever reads it.
void scroll(std::span<char> window, std::string_view text);

}  // namespace hf::text
