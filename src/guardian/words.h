// SPDX-License-Identifier: MIT
// What the guardian says, without allocating and without ever blocking on its reader.
#pragma once

#include <cstdarg>

namespace hf::guardian {

// "svscan: " and the text, formatted as by printf(3), as one line on standard error.
[[gnu::format(printf, 1, 2)]] void say(const char* format, ...);

// "svscan: fatal: TEXT: E" for the present errno, and exit 111.
[[noreturn, gnu::format(printf, 1, 2)]] void die(const char* format, ...);

}  // namespace hf::guardian
