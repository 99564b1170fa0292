// SPDX-License-Identifier: MIT
#include "format/tai64n_local.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "format/tai64n.h"

namespace hf::format {

namespace {

constexpr size_t nano_digits = 8;
constexpr size_t most_digits = 64;  // more is no label, however it goes on
constexpr uint8_t no_digit = 0xff;

constexpr std::array<uint8_t, 256> hex_values = [] {
    std::array<uint8_t, 256> values{};
    values.fill(no_digit);
    for (uint8_t i = 0; i < 16; ++i) {
        values[static_cast<unsigned char>("0123456789abcdef"[i])] = i;
    }
    return values;
}();

// Modulo 2^64, as the original: leading digits fall off.
uint64_t hex(std::string_view digits) {
    uint64_t value = 0;
    for (char c : digits) value = value << 4 | hex_values[static_cast<unsigned char>(c)];
    return value;
}

size_t count_digits(std::string_view text) {
    size_t count = 0;
    while (count < text.size() && hex_values[static_cast<unsigned char>(text[count])] != no_digit) {
        ++count;
    }
    return count;
}

// At least nine digits; ten for what is more than a second.
void append_nanoseconds(uint32_t value, std::string& out) {
    std::array<char, 10> text{};
    for (size_t i = text.size(); i > 0; --i, value /= 10) {
        text[i - 1] = static_cast<char>('0' + value % 10);
    }
    out.append(text[0] == '0' ? text.data() + 1 : text.data(), text[0] == '0' ? 9 : 10);
}

}  // namespace

void Tai64nLocal::take(std::string_view bytes, std::string& out) {
    while (!bytes.empty()) {
        if (!in_line_) {
            const bool begins = waiting_.empty();
            if (begins && bytes.front() == '@') {
                waiting_.push_back('@');
                bytes.remove_prefix(1);
            }
            if (!waiting_.empty()) {
                const size_t count = count_digits(bytes.substr(0, most_digits + 1));
                const bool whole = begins && count == 24 && bytes.size() > count;
                if (whole) {
                    label(bytes.substr(0, count), out);
                    waiting_.clear();
                } else {
                    waiting_.append(bytes.substr(0, count));
                    if (count == bytes.size() && waiting_.size() <= most_digits + 1) return;
                    finish(out);
                }
                bytes.remove_prefix(count);
            }
            in_line_ = true;
        }
        const size_t newline = bytes.find('\n');
        const size_t length = newline == std::string_view::npos ? bytes.size() : newline + 1;
        out.append(bytes.substr(0, length));
        bytes.remove_prefix(length);
        in_line_ = newline == std::string_view::npos;
    }
}

void Tai64nLocal::finish(std::string& out) {
    if (waiting_.empty()) return;
    label(std::string_view(waiting_).substr(1), out);
    waiting_.clear();
}

// The last eight digits are nanoseconds, those before them seconds. What is no time of this
// calendar is copied as it is; the original ends in a segmentation fault there.
void Tai64nLocal::label(std::string_view digits, std::string& out) {
    const size_t seconds =
        digits.size() - (digits.size() < nano_digits ? digits.size() : nano_digits);
    if (digits.size() > most_digits || !set_second(digits.substr(0, seconds))) {
        out.append("@").append(digits);
        return;
    }
    out.append(date_);
    append_nanoseconds(static_cast<uint32_t>(hex(digits.substr(seconds))), out);
}

bool Tai64nLocal::set_second(std::string_view digits) {
    if (digits == second_) return !date_.empty();
    second_ = digits;
    date_.clear();
    const auto since_1970 = static_cast<time_t>(hex(digits) - tai64_epoch);
    tm time{};
    if (::localtime_r(&since_1970, &time) == nullptr) return false;
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%lld-%02d-%02d %02d:%02d:%02d.",
                  static_cast<long long>(time.tm_year) + 1900, time.tm_mon + 1, time.tm_mday,
                  time.tm_hour, time.tm_min, time.tm_sec);
    date_ = text.data();
    return true;
}

}  // namespace hf::format
