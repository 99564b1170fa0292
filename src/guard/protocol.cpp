// SPDX-License-Identifier: MIT
#include "guard/protocol.h"

namespace hf::guard {

std::uint16_t version_of(const SharedPage& page) {
    return page.magic == magic ? page.version : std::uint16_t{0};
}

}  // namespace hf::guard
