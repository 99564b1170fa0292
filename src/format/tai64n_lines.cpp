// SPDX-License-Identifier: MIT
#include "format/tai64n_lines.h"

#include "format/tai64n.h"

namespace hf::format {

void Tai64nLines::take(std::string_view bytes, std::chrono::nanoseconds now, std::string& out) {
    const auto moment = label(tai64n(now));
    std::string before(moment.begin(), moment.end());
    before.push_back(' ');
    while (!bytes.empty()) {
        if (!in_line_) out.append(before);
        const size_t newline = bytes.find('\n');
        in_line_ = newline == std::string_view::npos;
        const size_t length = in_line_ ? bytes.size() : newline + 1;
        out.append(bytes.substr(0, length));
        bytes.remove_prefix(length);
    }
}

}  // namespace hf::format
