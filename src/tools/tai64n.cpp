// SPDX-License-Identifier: MIT
// tai64n: puts a precise timestamp before each line.
#include <unistd.h>

#include <array>
#include <chrono>

#include "format/tai64n_lines.h"
#include "program/tool.h"
#include "sys/fd.h"

int hf::program::run(const Args&) {
    static std::array<char, 64 * 1024> input;
    format::Tai64nLines labels;
    std::string output;
    for (;;) {
        const ssize_t got =
            sys::retry([] { return ::read(STDIN_FILENO, input.data(), input.size()); });
        if (got <= 0) return got == 0 ? 0 : 111;  // as ever, without a word
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        // In pieces: lines of one byte become 27 times as long.
        std::string_view bytes(input.data(), static_cast<size_t>(got));
        while (!bytes.empty()) {
            const std::string_view piece = bytes.substr(0, 16 * 1024);
            output.clear();
            labels.take(piece, now, output);
            if (!sys::write_all(STDOUT_FILENO, output)) return 111;
            bytes.remove_prefix(piece.size());
        }
    }
}
