// SPDX-License-Identifier: MIT
#include "cli/terminal.h"

#include <unistd.h>

#include <cstdlib>

#include "sys/fd.h"
namespace hf::cli {

bool wants_colour(int fd) {
    const char* refused = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
    return (refused == nullptr || *refused == '\0') && !dumb && ::isatty(fd) == 1;
}

bool say(std::string_view text) {
    return sys::write_all(STDOUT_FILENO, text);
}

}  // namespace hf::cli
