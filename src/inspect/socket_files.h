// SPDX-License-Identifier: MIT
// Sockets that are files (unix(7)), and who has them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace hf::inspect {

bool is_socket_file(const std::string& path);

// The inode of the socket that is bound to this name, as this network namespace shows it; none if
// nobody has it.
std::optional<std::uint64_t> socket_at(const std::string& path);

// Nobody listens there, nor in another network namespace, such as a container's, which socket_at()
// does not show. Connects: to be asked only where that shows nobody.
bool refuses(const std::string& path);

}  // namespace hf::inspect
