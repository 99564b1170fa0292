// SPDX-License-Identifier: MIT
// Any words make a script whose numbers are within their limits.
#include <cstdint>
#include <cstdlib>

#include "log/script.h"

using namespace hf::log;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    const Script script = parse_script(words);
    size_t appends = 0;
    for (const Action& action : script.actions) {
        if (std::holds_alternative<AppendTo>(action)) ++appends;
        if (const auto* limit = std::get_if<AtMost>(&action)) {
            if (limit->lines == 0 || limit->every.count() == 0) std::abort();
        }
    }
    if (appends != script.directories.size() || script.actions.size() > words.size()) std::abort();
    for (const Directory& directory : script.directories) {
        const DirectoryRules& rules = directory.rules;
        if (rules.size < 4096 || rules.size > uint64_t{1} << 63 || rules.files < 2) std::abort();
        if (rules.compression < 0 || rules.compression > 19) std::abort();
    }
    return 0;
}
