// SPDX-License-Identifier: MIT
// Single-letter options by daemontools' rules (svc, setlock, softlimit): letters may be clustered,
// an argument is glued or the next word, parsing stops at the first operand, `--` ends the options
// and a lone `-` is an operand.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "program/tool.h"

namespace hf::program {

struct Option {
    char letter;
    char* argument;  // null for a letter that takes none
};

class Options {
  public:
    // `letters` as in getopt(3): "nNxX" or "a:c:". `usage` is thrown, after a line that names the
    // letter, when an option is unknown or lacks its argument.
    Options(const Args& args, std::string_view letters, std::string usage);

    // The next option, or none when only operands are left.
    std::optional<Option> next();

    // What follows the options. Valid once next() has returned none.
    Args operands() const;

  private:
    [[noreturn]] void misuse(std::string_view what, char letter) const;

    const Args& args_;
    std::string_view letters_;
    std::string usage_;
    size_t word_ = 0;
    size_t place_ = 0;  // in the current word; 0 is before its dash
};

}  // namespace hf::program
