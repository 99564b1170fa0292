// SPDX-License-Identifier: MIT
// Becoming another program, by daemontools' rules.
#pragma once

#include <vector>

namespace hf::sys {

// Replaces this process by argv[0] with arguments `argv` and this process's environment, or with
// `environment` (null-terminated) where given. A name with a slash is executed as it is; any other
// is searched in the PATH of this process (never that of `environment`); unset means /bin:/usr/bin,
// an empty element the current directory. The search goes on after ENOENT, EACCES, EPERM and
// EISDIR and stops at any other error. Throws "unable to run PROG" with the last error that was
// not ENOENT.
[[noreturn]] void exec(const std::vector<char*>& argv, char* const* environment = nullptr);

}  // namespace hf::sys
