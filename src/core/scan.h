// SPDX-License-Identifier: MIT
// What a look at the scan directory means: the differences between what is there and what is
// supervised. Pure.
#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace hf::core {

// A directory, whatever it is called: device and inode.
struct Identity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    auto operator<=>(const Identity&) const = default;
};

// A directory in the scan directory, or one that is supervised under this name.
struct Listed {
    std::string name;
    Identity directory;
    bool has_log = false;
    bool operator==(const Listed&) const = default;
};

// One difference. Names can change hands: `unlinked` and `renamed` are therefore said by identity.
struct Change {
    enum class Kind {
        appeared,
        renamed,   // and, if it was unlinked, linked again
        unlinked,  // no name of the scan directory leads to it any more
        log_added,
        log_removed,
    };
    Kind kind;
    Listed found;
    bool operator==(const Change&) const = default;
};

// `supervised`: what is supervised; `linked` ones under their present names. `found`: everything
// that was seen in the scan directory now. `unknown`: the names in it at which nothing could be
// seen; what is supervised under one of them stays as it is. What is neither is gone. A second name
// for one directory is ignored, in favour of the name that it is supervised under. Unlinkings come
// first, so that their names are free.
struct Supervised : Listed {
    bool linked = true;
};
std::vector<Change> compare(const std::vector<Supervised>& supervised,
                            const std::vector<Listed>& found,
                            const std::set<std::string>& unknown = {});

}  // namespace hf::core
