// SPDX-License-Identifier: MIT
#include "config/toml_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "config/toml_cursor.h"
#include "config/words.h"

namespace hf::config {

namespace {

constexpr std::string_view decimal = "0123456789";

bool is_digit(char c) {
    return decimal.find(c) != decimal.npos;
}

std::string lower(std::string_view text) {
    std::string result;
    for (char c : text) result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return result;
}

std::string_view without_sign(std::string_view text) {
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    return text;
}

// Whether there are `digits` only, with underscores between them.
bool are_digits(std::string_view text, std::string_view digits) {
    return !text.empty() && text.find_first_not_of(std::string(digits) + "_") == text.npos &&
           !text.starts_with('_') && !text.ends_with('_') && text.find("__") == text.npos;
}

// Dates and times of a calendar: `shape` has a 0 for each digit.
bool has_shape(std::string_view text, std::string_view shape) {
    return std::ranges::equal(text, shape,
                              [](char c, char s) { return s == '0' ? is_digit(c) : c == s; });
}

int number_at(std::string_view text, size_t at, size_t digits) {
    int number = 0;
    std::from_chars(text.data() + at, text.data() + at + digits, number);
    return number;
}

bool is_date(std::string_view text) {
    if (!has_shape(text, "0000-00-00")) return false;
    const int year = number_at(text, 0, 4);
    const int month = number_at(text, 5, 2);
    const int day = number_at(text, 8, 2);
    if (month < 1 || month > 12) return false;
    constexpr std::array days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day >= 1 && day <= days[static_cast<size_t>(month - 1)] + (leap && month == 2 ? 1 : 0);
}

bool is_clock(std::string_view text) {
    return number_at(text, 0, 2) < 24 && number_at(text, 3, 2) < 60;
}

bool is_time(std::string_view text) {
    if (text.size() < 8 || !has_shape(text.substr(0, 8), "00:00:00")) return false;
    const std::string_view fraction = text.substr(8);
    if (!fraction.empty() && (fraction.size() < 2 || fraction[0] != '.' ||
                              fraction.substr(1).find_first_not_of(decimal) != fraction.npos))
        return false;
    return is_clock(text) && number_at(text, 6, 2) < 60;
}

bool is_zone(std::string_view text) {
    if (text.empty() || text == "Z" || text == "z") return true;
    return text.size() == 6 && (text[0] == '+' || text[0] == '-') &&
           has_shape(text.substr(1), "00:00") && is_clock(text.substr(1));
}

bool is_date_or_time(std::string_view text) {
    if (is_time(text) || is_date(text)) return true;
    if (text.size() < 19 || !is_date(text.substr(0, 10))) return false;
    if (std::string_view("Tt ").find(text[10]) == text.npos) return false;
    const std::string_view time = text.substr(11);
    const size_t zone = std::min(time.find_first_not_of("0123456789:."), time.size());
    return is_time(time.substr(0, zone)) && is_zone(time.substr(zone));
}

// What may be meant as a date or a time, and is none.
bool looks_like_date(std::string_view text) {
    const size_t digits = std::min(text.find_first_not_of(decimal), text.size());
    const std::string_view rest = text.substr(digits, 2);
    return digits > 0 && rest.size() == 2 && (rest[0] == '-' || rest[0] == ':') &&
           is_digit(rest[1]);
}

// Numbers that are as TOML has them; how large they are is another matter.
bool is_whole(std::string_view text) {
    for (const auto& [prefix, digits] : {std::pair{"0x", "0123456789abcdefABCDEF"},
                                         std::pair{"0o", "01234567"}, std::pair{"0b", "01"}}) {
        if (text.starts_with(prefix)) return are_digits(text.substr(2), digits);
    }
    const std::string_view digits = without_sign(text);
    return are_digits(digits, decimal) && (digits.size() == 1 || digits[0] != '0');
}

bool is_fraction(std::string_view text) {
    text = without_sign(text);
    if (text == "inf" || text == "nan") return true;
    const size_t exponent = std::min(text.find_first_of("eE"), text.size());
    std::string_view before = text.substr(0, exponent);
    if (exponent < text.size() && !are_digits(without_sign(text.substr(exponent + 1)), decimal))
        return false;
    const size_t point = std::min(before.find('.'), before.size());
    if (point < before.size() && !are_digits(before.substr(point + 1), decimal)) return false;
    before = before.substr(0, point);
    return !before.empty() && is_digit(before[0]) && is_whole(before) &&
           before.find_first_of("xob") == before.npos;
}

// Whether a whole number, or one with a fraction, can be held.
bool fits(std::string_view number) {
    std::string digits;
    std::ranges::copy_if(number, std::back_inserter(digits), [](char c) { return c != '_'; });
    if (digits.starts_with('+')) digits.erase(0, 1);
    const char* end = digits.data() + digits.size();
    // One that is too close to 0 is 0.
    if (!is_whole(number)) {
        const double value = std::strtod(digits.c_str(), nullptr);
        return std::isfinite(value) || digits.ends_with("inf") || digits.ends_with("nan");
    }
    const bool has_base = digits.size() > 1 && digits[0] == '0';
    const int base = !has_base ? 10 : digits[1] == 'x' ? 16 : digits[1] == 'o' ? 8 : 2;
    std::int64_t ignored = 0;
    return std::from_chars(digits.data() + (has_base ? 2 : 0), end, ignored, base).ec ==
           std::errc();
}

// "007", "-012.5": without the zeros, if that makes it a number.
std::optional<std::string> without_zeros(std::string_view text) {
    const std::string_view digits = without_sign(text);
    if (!digits.starts_with('0')) return std::nullopt;
    const size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
    const bool keep_one = zeros == digits.size() || !is_digit(digits[zeros]);
    std::string result(text.substr(0, text.size() - digits.size()));
    result += digits.substr(keep_one ? zeros - 1 : zeros);
    if (result == text || (!is_whole(result) && !is_fraction(result))) return std::nullopt;
    return result;
}

// ".5", "1.": with the digit that is missing, if that makes it a number.
std::optional<std::string> with_digit(std::string_view text) {
    const size_t point = text.find('.');
    if (point == text.npos) return std::nullopt;
    std::string result(text);
    if (point + 1 == text.size() || !is_digit(text[point + 1])) result.insert(point + 1, "0");
    if (point == 0 || !is_digit(text[point - 1])) result.insert(point, "0");
    return is_fraction(result) ? std::optional(result) : std::nullopt;
}

std::string trouble_with_number(std::string_view text, const std::string& in_quotes) {
    if (is_whole(text))
        return "too large: a whole number goes from -9223372036854775808 to 9223372036854775807";
    if (is_fraction(text)) return "this number is too large";
    const std::string small = lower(text);
    if (small.find_first_not_of("+-_.") == small.npos) return "digits are missing";
    if (is_whole(small) || is_fraction(small)) return "write " + small + ", in lower case";
    if (is_whole(without_sign(text))) return "a number with 0x, 0o or 0b has no sign";
    if (auto plain = without_zeros(text))
        return "a number has no leading zeros: write " + *plain + ", or the string " + in_quotes;
    std::string plain(text);
    std::erase(plain, '_');
    if (plain != text && (is_whole(plain) || is_fraction(plain)))
        return "an _ stands only between two digits: write " + plain;
    if (auto full = with_digit(text)) return "a digit is missing beside the point: write " + *full;
    for (const auto& [prefix, digits] : {std::pair{"0x", "0 to 9 and a to f"},
                                         std::pair{"0o", "0 to 7"}, std::pair{"0b", "0 and 1"}}) {
        if (small.starts_with(prefix))
            return std::string("after ") + prefix + " the digits are " + digits;
    }
    if (small.ends_with('e') && is_fraction(small + "0")) return "digits are missing after the e";
    return "what is not a plain number is written in quotes: " + in_quotes;
}

}  // namespace

std::string trouble_with_bare(std::string_view value) {
    if (value == "true" || value == "false" || is_date_or_time(value)) return "";
    const bool is_number = is_whole(value) || is_fraction(value);
    if (is_number && fits(value)) return "";
    const std::string text = shown(value) + ": ";
    const std::string small = lower(value);
    const std::string in_quotes = shown(toml_string(value));
    const std::string_view special = without_sign(small);
    if (small == "true" || small == "false" || special == "inf" || special == "nan")
        return text + "write " + small + ", in lower case";
    for (std::string_view word : {"yes", "no", "on", "off"}) {
        if (small == word) return text + "write true or false, or the string " + in_quotes;
    }
    for (std::string_view word : {"null", "nil"}) {
        if (small == word) return text + "there is no such value: leave out the key";
    }
    if (value.starts_with("\u201c") || value.starts_with("\u2018") || value.starts_with('`'))
        return text + "use straight quotes, \"";
    if (looks_like_date(value))
        return text + "this is not a date or time of TOML: write it in quotes: " + in_quotes;
    const std::string_view digits = without_sign(value);
    const bool begins_with_point =
        digits.starts_with('.') && (digits.size() == 1 || is_digit(digits[1]));
    if (digits.empty() || is_digit(digits[0]) || begins_with_point || digits[0] == '_')
        return text + trouble_with_number(value, in_quotes);
    return text + "text is written in quotes: " + in_quotes;
}

}  // namespace hf::config
