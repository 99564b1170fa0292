// SPDX-License-Identifier: MIT
// Services whose lines holdfast-label reads before anybody else does: to put their names there, or
// to find the line that shows that they are ready.
#pragma once

#include <string>
#include <vector>

#include "core/launch.h"

namespace hf::engine {

class Labels {
  public:
    Labels();

    // The lines of services without a log get their names. False if that cannot be.
    bool prefix_all();

    // What is to stand before ./run of `name`, which shows that it is ready by a line with that
    // `pattern`, if there is one. Throws if it cannot be watched.
    std::vector<std::string> words(const std::string& name, const core::Launch& launch,
                                   const std::string& pattern) const;

  private:
    std::string program_;
    bool prefixes_ = false;
};

}  // namespace hf::engine
