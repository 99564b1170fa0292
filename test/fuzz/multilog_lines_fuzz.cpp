// SPDX-License-Identifier: MIT
// A pattern against lines: it ends, only looks at the line, and its plain cases are right. And a
// stream cut into files: no byte is lost, and no file is larger than its limit.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "log/line_format.h"
#include "log/pattern.h"
#include "log/rotation.h"

using namespace hf::log;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view pattern = text.substr(0, end);
    const std::string_view line = text.substr(std::min(end + 1, text.size()));
    const bool met = matches(pattern, line);
    if (pattern.find('*') == std::string_view::npos && met != (pattern == line)) std::abort();
    if (!matches("*", line)) std::abort();

    std::string_view left = text;
    uint64_t written = 0;
    for (size_t steps = 0; !left.empty(); ++steps) {
        const Cut next = cut(written, 4096, left.substr(0, 700));
        if (next.rotate_first) {
            written = 0;
            continue;
        }
        written += next.length;
        if (next.length == 0 || written > 4096) std::abort();
        left.remove_prefix(next.length);
        if (next.rotate_after) written = 0;
    }

    std::string escaped;
    LineFormat::escape(line, escaped);
    if (escaped.size() > 6 * line.size() || escaped.find('\n') != std::string::npos) std::abort();
    return 0;
}
