// SPDX-License-Identifier: MIT
#include "sys/error.h"

#include <cerrno>
#include <utility>

namespace hf::sys {

void fail(std::string text) {
    int code = errno;  // before the move, which could change it
    throw Error(std::move(text), code);
}

}  // namespace hf::sys
