// SPDX-License-Identifier: MIT
#include "inspect/socket_files.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "inspect/processes.h"
#include "sys/fd.h"
#include "text/words.h"

namespace hf::inspect {

bool refuses(const std::string& path) {
    sockaddr_un address{};
    if (path.size() >= sizeof address.sun_path) return false;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size());
    sys::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return false;
    int rc = ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    return rc != 0 && errno == ECONNREFUSED;
}

bool is_socket_file(const std::string& path) {
    struct stat found {};
    return ::lstat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode);
}

std::optional<std::uint64_t> socket_at(const std::string& path) {
    const std::string name = path.substr(path.rfind('/') + 1);
    for (const std::string& line : text::lines_of(contents("/proc/net/unix"))) {
        unsigned long long inode = 0;
        int end = 0;
        if (std::sscanf(line.c_str(), "%*s %*s %*s %*s %*s %*s %llu %n", &inode, &end) != 1)
            continue;
        std::string bound = line.substr(static_cast<size_t>(end));
        bool is_relative = !bound.starts_with('/') && !bound.starts_with('@');
        bool may_be = is_relative && bound.substr(bound.rfind('/') + 1) == name;
        if (bound == path || may_be || (bound.ends_with(name) && same_file(bound, path)))
            return inode;
    }
    return std::nullopt;
}

}  // namespace hf::inspect
