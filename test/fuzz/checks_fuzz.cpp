// SPDX-License-Identifier: MIT
// Any line as a request to holdfast-checker, or as its answer: it is what would be written again,
// or nothing.
#include <cstdint>
#include <string>
#include <string_view>

#include "format/checks.h"
#include "require.h"

using hf::test::require;
using namespace hf;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view line(reinterpret_cast<const char*>(data), size);
    if (const auto request = format::decode_check_request(line))
        require(format::encode(*request) == std::string(line) + "\n");
    if (const auto answer = format::decode_check_answer(line))
        require(format::encode(*answer) == std::string(line) + "\n");
    return 0;
}
