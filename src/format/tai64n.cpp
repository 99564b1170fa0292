// SPDX-License-Identifier: MIT
#include "format/tai64n.h"

namespace hf::format {

namespace {

constexpr uint32_t nanoseconds_in_second = 1'000'000'000;

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

}  // namespace

Tai64n tai64n(std::chrono::nanoseconds since_1970) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_1970);
    const auto micros = std::chrono::floor<std::chrono::microseconds>(since_1970 - seconds);
    return {tai64_epoch + static_cast<uint64_t>(seconds.count()),
            static_cast<uint32_t>(micros.count() * 1000 + 500)};
}

Tai64n next_moment(Tai64n moment) {
    if (moment.nanoseconds < nanoseconds_in_second - 1000) {
        return {moment.seconds, moment.nanoseconds + 1000};
    }
    return {moment.seconds + 1, 500};
}

std::array<unsigned char, 12> external(Tai64n moment) {
    std::array<unsigned char, 12> bytes{};
    for (size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<unsigned char>(moment.seconds >> (56 - 8 * i));
    }
    for (size_t i = 0; i < 4; ++i) {
        bytes[8 + i] = static_cast<unsigned char>(moment.nanoseconds >> (24 - 8 * i));
    }
    return bytes;
}

Tai64n from_external(std::span<const unsigned char, 12> bytes) {
    Tai64n moment;
    for (size_t i = 0; i < 8; ++i) moment.seconds = moment.seconds << 8 | bytes[i];
    for (size_t i = 8; i < 12; ++i) moment.nanoseconds = moment.nanoseconds << 8 | bytes[i];
    return moment;
}

std::array<char, label_size> label(Tai64n moment) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<char, label_size> text{};
    text[0] = '@';
    size_t at = 1;
    for (unsigned char byte : external(moment)) {
        text[at++] = digits[byte >> 4];
        text[at++] = digits[byte & 15];
    }
    return text;
}

std::optional<Tai64n> parse_label(std::string_view text) {
    if (text.size() < label_size || text[0] != '@') return std::nullopt;
    std::array<unsigned char, 12> bytes{};
    for (size_t i = 0; i < bytes.size(); ++i) {
        const int high = hex_value(text[1 + 2 * i]);
        const int low = hex_value(text[2 + 2 * i]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes[i] = static_cast<unsigned char>(high << 4 | low);
    }
    return from_external(bytes);
}

}  // namespace hf::format
