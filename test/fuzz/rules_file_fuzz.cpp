// SPDX-License-Identifier: MIT
// Any bytes as supervise/rules: they are what would be written again, or nothing.
#include <cstdint>
#include <string_view>

#include "format/rules_file.h"
#include "require.h"

using hf::test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto lines = hf::format::decode_rules(text))
        require(hf::format::encode_rules(*lines) == text);
    return 0;
}
