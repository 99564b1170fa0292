// SPDX-License-Identifier: MIT
// What the guardian says, without allocating and without ever blocking on its reader. Each is one
// line on standard error, formatted as by printf(3).
#pragma once

namespace hf::guardian {

// "svscan: warning: TEXT".
[[gnu::format(printf, 1, 2)]] void warn(const char* format, ...);

// "svscan: fatal: TEXT", and exit 111.
[[noreturn, gnu::format(printf, 1, 2)]] void fatal(const char* format, ...);

// "svscan: fatal: TEXT: E" for the present errno, and exit 111.
[[noreturn, gnu::format(printf, 1, 2)]] void fatal_error(const char* format, ...);

}  // namespace hf::guardian
