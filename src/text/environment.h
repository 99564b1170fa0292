// SPDX-License-Identifier: MIT
// An environment to give to another program. This process's own is never touched: the program is
// still searched in its PATH.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hf::text {

class Environment {
  public:
    // `inherited` is null-terminated, like environ(7).
    explicit Environment(const char* const* inherited);

    // Afterwards `name` has this value exactly once, however often it was inherited.
    void set(std::string_view name, std::string_view value);
    void remove(std::string_view name);

    // A null-terminated block for exec, valid until the next change.
    std::vector<char*> block();

  private:
    std::vector<std::string> entries_;
};

// What envdir makes of a file's bytes: the first line, without blanks at its end, then every NUL
// a newline. None for an empty file, which removes the variable.
std::optional<std::string> variable_value(std::string_view file);

// Sets what a file of such lines says: NAME=VALUE, or `export NAME=VALUE`. The value may stand in
// quotes, within double ones with a backslash before " \ $ and `. Blank lines and those that begin
// with # or ; say nothing. Empty, or what is wrong: "line 3: ...".
std::string set_by_lines(std::string_view file, Environment& environment);

}  // namespace hf::text
