// SPDX-License-Identifier: MIT
// Opening what stands in a directory that somebody else may write: the user of a service who was
// given `supervise`, the user of a log. He can put there what he likes, and exchange it at any
// moment. So everything here starts from a directory that is held open, never waits, opens no
// device, and looks at what it has opened before it hands it out.
#pragma once

#include <sys/stat.h>

#include <cerrno>
#include <optional>
#include <string>

#include "sys/fd.h"

namespace hf::sys {

enum class Kind { file, fifo };

// errno where a link or a device stands, or for writing, a file that has another name somewhere
// else. A directory is EISDIR, a pipe or socket where a file must be ENXIO, as open(2) has it.
inline constexpr int wrong_kind = EMEDIUMTYPE;

// Opens the entry `name` (no path) of `directory`, following no link. `flags` as in open(2). Empty
// with errno set on failure.
Fd open_entry(const Fd& directory, const char* name, Kind kind, int flags, unsigned mode = 0);

// The file `name` of `directory`: where others may write the directory, as open_entry(); else as
// open(2), links and all, for nobody but us has put them there.
Fd open_own(const Fd& directory, const char* name, int flags, unsigned mode = 0);

// At most the first `limit` bytes of the file `name`. None with errno set on failure.
std::optional<std::string> read_entry(const Fd& directory, const char* name, size_t limit);

// Reads from where `fd` is, until its end or `limit` bytes. False with errno set on failure;
// `bytes` then holds what came before.
bool read_at_most(int fd, size_t limit, std::string& bytes);

// The directory (O_PATH) that `path` leads to from `directory`. Only those links are followed that
// root or this process's user made; whoever is not root also follows those of a directory's owner.
// Empty with errno set on failure: ELOOP for a link that is not followed.
Fd open_directory(const Fd& directory, const std::string& path);

// The same, and it is made if only itself is missing.
Fd make_directory(const Fd& directory, const std::string& path, unsigned mode);

// Whether nobody but root and this process's user may write it.
bool is_ours_alone(const struct stat& status);

}  // namespace hf::sys
