// SPDX-License-Identifier: MIT
#include "engine/rules_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <string>

#include "sys/safe_open.h"

namespace hf::engine {

std::optional<format::ReadRules> rules_in(const sys::Fd& supervise, const char* name) {
    const sys::Fd file = sys::open_entry(supervise, name, sys::Kind::file, O_RDONLY);
    struct stat status {};
    std::string bytes;
    if (!file || ::fstat(file.get(), &status) < 0 || !sys::is_ours_alone(status) ||
        !sys::read_at_most(file.get(), format::longest_rules_file + 1, bytes))
        return std::nullopt;
    return format::decode_read_rules(bytes);
}

}  // namespace hf::engine
