// SPDX-License-Identifier: MIT
// Any bytes as service.toml: it is refused with a place and a reason, or its lines come back from
// the flat form as they were.
#include <cstdint>
#include <string_view>

#include "config/service_file.h"
#include "require.h"

using hf::test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto file = hf::config::read_service_file(text, {.name = "web", .has_log = true});
    for (const hf::config::Fault& fault : file.faults) {
        require(!fault.text.empty() && fault.at.line >= 1);
        require(fault.text.find('\n') == fault.text.npos);
    }
    require(file.faults.empty() || file.lines.empty());
    require(hf::format::decode_rules(hf::format::encode_rules(file.lines)) == file.lines);
    return 0;
}
