// SPDX-License-Identifier: MIT
// Any bytes that a process, or somebody else, sends to the socket of a service.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "engine/notify_message.h"
#include "require.h"

using namespace hf::engine;
using hf::test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const NotifyMessage message = decode_notify({reinterpret_cast<const char*>(data), size});
    if (message.extend) {
        require(*message.extend >= hf::core::Duration::zero());
        require(*message.extend <= std::chrono::years(10));
    }
    if (!message.status) return 0;
    require(message.status->size() <= longest_notify_status);
    const auto is_control = [](unsigned char byte) { return byte < ' ' && byte != '\t'; };
    require(std::ranges::none_of(*message.status, is_control));
    return 0;
}
