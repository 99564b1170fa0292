// SPDX-License-Identifier: MIT
#include "log/pattern.h"

namespace hf::log {

bool matches(std::string_view pattern, std::string_view text) {
    while (!pattern.empty()) {
        const char wanted = pattern.front();
        pattern.remove_prefix(1);
        if (wanted == '*') {
            if (pattern.empty()) return true;
            const size_t skipped = text.find(pattern.front());
            if (skipped == std::string_view::npos) return false;
            text.remove_prefix(skipped);
        } else {
            if (text.empty() || text.front() != wanted) return false;
            text.remove_prefix(1);
        }
    }
    return text.empty();
}

}  // namespace hf::log
