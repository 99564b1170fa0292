// SPDX-License-Identifier: MIT
// Deleting a tree that somebody else may change meanwhile.
#pragma once

#include <string>

#include "sys/fd.h"

namespace hf::sys {

// Deletes all that is in `directory`, and then itself, wherever it stands by then. Follows no link,
// enters no other file system, and deletes nothing that is not below that very directory. Throws
// Error with the name of what cannot be deleted, which begins with `shown`.
void remove_tree(const Fd& directory, const std::string& shown);

}  // namespace hf::sys
