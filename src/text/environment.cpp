// SPDX-License-Identifier: MIT
#include "text/environment.h"

#include <algorithm>

namespace hf::text {

Environment::Environment(const char* const* inherited) {
    for (; *inherited != nullptr; ++inherited) entries_.emplace_back(*inherited);
}

void Environment::set(std::string_view name, std::string_view value) {
    remove(name);
    entries_.emplace_back(name).append("=").append(value);
}

void Environment::remove(std::string_view name) {
    std::erase_if(entries_, [name](const std::string& entry) {
        return entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=';
    });
}

std::vector<char*> Environment::block() {
    std::vector<char*> pointers;
    for (std::string& entry : entries_) pointers.push_back(entry.data());
    pointers.push_back(nullptr);
    return pointers;
}

std::optional<std::string> variable_value(std::string_view file) {
    if (file.empty()) return std::nullopt;
    std::string_view line = file.substr(0, file.find('\n'));
    std::string value(line.substr(0, line.find_last_not_of(" \t") + 1));
    std::ranges::replace(value, '\0', '\n');
    return value;
}

}  // namespace hf::text
