// SPDX-License-Identifier: MIT
// readproctitle title dots: shows the end of what it reads in its own command line, where ps finds
// it when there is no log. The last argument's memory is the display.
#include <algorithm>
#include <array>
#include <cstring>

#include "program/tool.h"
#include "sys/fd.h"
#include "text/ticker.h"

// Silent on misuse and failure: as a rule nobody reads its standard error.
int hf::program::run(const Args& args) {
    constexpr size_t always_dots = 3;  // they say that more has been there before
    if (args.empty()) return 100;
    std::span<char> title(args.back(), std::strlen(args.back()));
    if (title.size() < always_dots + 2) return 100;
    std::ranges::fill(title, '.');

    std::array<char, 4096> block{};
    for (;;) {
        ssize_t got = sys::retry([&] { return ::read(STDIN_FILENO, block.data(), block.size()); });
        if (got <= 0) return got == 0 ? 0 : 111;
        text::scroll(title.subspan(always_dots), {block.data(), static_cast<size_t>(got)});
    }
}
