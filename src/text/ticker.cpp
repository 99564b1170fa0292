// SPDX-License-Identifier: MIT
#include "text/ticker.h"

#include <algorithm>
#include <string>

namespace hf::text {

void scroll(std::span<char> window, std::string_view text) {
    std::string shown(text);
    std::erase(shown, '\0');
    if (shown.size() > window.size()) shown.erase(0, shown.size() - window.size());
    auto end = std::shift_left(window.begin(), window.end(), static_cast<ptrdiff_t>(shown.size()));
    std::ranges::copy(shown, end);
}

}  // namespace hf::text
