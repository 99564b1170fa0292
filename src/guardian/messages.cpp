// SPDX-License-Identifier: MIT
#include "guardian/messages.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <string_view>

#include "text/error_text.h"

namespace hf::guardian {

namespace {

void write_line(std::string_view kind, const char* format, va_list arguments,
                std::string_view reason) {
    std::array<char, 1024> text;
    int size = std::vsnprintf(text.data(), text.size(), format, arguments);
    size = std::clamp(size, 0, static_cast<int>(text.size()) - 1);
    std::array<char, 1200> line;
    int length =
        std::snprintf(line.data(), line.size(), "svscan: %.*s: %.*s%s%.*s\n",
                      static_cast<int>(kind.size()), kind.data(), size, text.data(),
                      reason.empty() ? "" : ": ", static_cast<int>(reason.size()), reason.data());
    pollfd standard_error{STDERR_FILENO, POLLOUT, 0};
    if (::poll(&standard_error, 1, 0) > 0)
        (void)!::write(STDERR_FILENO, line.data(), static_cast<size_t>(length));
}

}  // namespace

void warn(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_line("warning", format, arguments, "");
    va_end(arguments);
}

void fatal(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_line("fatal", format, arguments, "");
    va_end(arguments);
    ::_exit(111);
}

void fatal_error(const char* format, ...) {
    int code = errno;
    va_list arguments;
    va_start(arguments, format);
    write_line("fatal", format, arguments, text::error_text(code));
    va_end(arguments);
    ::_exit(111);
}

}  // namespace hf::guardian
