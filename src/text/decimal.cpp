// SPDX-License-Identifier: MIT
#include "text/decimal.h"

#include <limits>

namespace hf::text {

std::optional<std::uint64_t> decimal(std::string_view digits) {
    constexpr auto largest = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t value = 0;
    for (char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        auto digit = static_cast<std::uint64_t>(c - '0');
        bool fits = value <= (largest - digit) / 10;
        value = fits ? value * 10 + digit : largest;
    }
    return value;
}

}  // namespace hf::text
