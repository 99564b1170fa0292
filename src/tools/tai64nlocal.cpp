// SPDX-License-Identifier: MIT
// tai64nlocal: turns the TAI64N labels that begin lines into local dates and times.
#include <unistd.h>

#include <array>
#include <ctime>

#include "format/tai64n_local.h"
#include "program/tool.h"
#include "sys/fd.h"

int hf::program::run(const Args&) {
    ::tzset();  // once: localtime_r(3) need not
    static std::array<char, 64 * 1024> input;
    format::Tai64nLocal converter;
    std::string output;
    output.reserve(2 * input.size());
    for (;;) {
        const ssize_t got =
            sys::retry([] { return ::read(STDIN_FILENO, input.data(), input.size()); });
        if (got < 0) return 111;  // as ever, without a word
        output.clear();
        if (got == 0) converter.finish(output);
        converter.take({input.data(), static_cast<size_t>(got)}, output);
        if (!sys::write_all(STDOUT_FILENO, output)) return 111;
        if (got == 0) return 0;
    }
}
