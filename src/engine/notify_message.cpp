// SPDX-License-Identifier: MIT
#include "engine/notify_message.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "text/visible.h"

namespace hf::engine {

namespace {

template <typename Number>
std::optional<Number> number_in(std::string_view text) {
    Number number{};
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// What is longer than any machine runs is as good as for ever, and can be added to a time.
std::optional<core::Duration> microseconds_in(std::string_view text) {
    constexpr auto for_ever = std::chrono::microseconds(std::chrono::years(10));
    const auto number = number_in<std::uint64_t>(text);
    if (!number) return std::nullopt;
    const auto most = static_cast<std::uint64_t>(for_ever.count());
    return std::chrono::microseconds(static_cast<std::int64_t>(std::min(*number, most)));
}

void take(std::string_view line, NotifyMessage& message) {
    const std::size_t equals = line.find('=');
    if (equals == line.npos) return;
    const std::string_view name = line.substr(0, equals);
    const std::string_view value = line.substr(equals + 1);
    if (name == "READY") message.ready = message.ready || value == "1";
    if (name == "RELOADING") message.reloading = message.reloading || value == "1";
    if (name == "STOPPING") message.stopping = message.stopping || value == "1";
    if (name == "EXTEND_TIMEOUT_USEC") message.extend = microseconds_in(value);
    if (name == "STATUS") message.status = text::visible_within(value, longest_notify_status);
    if (name == "MAINPID") message.main_pid = number_in<int>(value);
    if (name == "FDSTORE") message.stores_descriptors = value == "1";
}

}  // namespace

NotifyMessage decode_notify(std::string_view datagram) {
    NotifyMessage message;
    datagram = datagram.substr(0, datagram.find('\0'));
    while (!datagram.empty()) {
        const std::size_t end = std::min(datagram.find('\n'), datagram.size());
        take(datagram.substr(0, end), message);
        datagram.remove_prefix(std::min(end + 1, datagram.size()));
    }
    return message;
}

}  // namespace hf::engine
