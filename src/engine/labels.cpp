// SPDX-License-Identifier: MIT
#include "engine/labels.h"

#include <cerrno>

#include "sys/error.h"
#include "sys/program.h"

namespace hf::engine {

Labels::Labels() : program_(sys::sibling_program("holdfast-label")) {}

bool Labels::prefix_all() {
    prefixes_ = !program_.empty();
    return prefixes_;
}

std::vector<std::string> Labels::words(const std::string& name, const core::Launch& launch,
                                       const std::string& pattern) const {
    std::vector<std::string> words;
    if (prefixes_ && !launch.input && !launch.output) words = {program_, name};
    if (pattern.empty() || !launch.ready_fd) return words;
    if (program_.empty())
        throw sys::Error("unable to start " + name + " by holdfast-label", ENOENT);
    const std::string ready = std::to_string(*launch.ready_fd) + ":" + pattern;
    for (const std::string& each : {program_, std::string("--ready"), ready, name})
        words.push_back(each);
    return words;
}

}  // namespace hf::engine
