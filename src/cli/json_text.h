// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace hf::cli {

// For who asks for --json: with a newline at its end, and in ASCII, so that no name speaks to a
// terminal. `indent`: -1 for one line.
inline std::string json_text(const nlohmann::ordered_json& document, int indent = 2) {
    return document.dump(indent, ' ', true, nlohmann::ordered_json::error_handler_t::replace) +
           "\n";
}

}  // namespace hf::cli
