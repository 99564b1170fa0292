// SPDX-License-Identifier: MIT
// /etc/ld.so.cache, which ldconfig(8) makes of all directories that ld.so.conf names.
#pragma once

#include <string>
#include <vector>

namespace hf::inspect {

class LibraryCache {
  public:
    explicit LibraryCache(const std::string& file = "/etc/ld.so.cache");

    // Where libraries of that name stand, for any machine. None where there is no such cache.
    std::vector<std::string> paths_of(const std::string& name) const;

  private:
    std::string bytes_;
    size_t begin_ = 0;  // of the part that is glibc's present form
};

}  // namespace hf::inspect
