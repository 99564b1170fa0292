// SPDX-License-Identifier: MIT
#include "format/quarantine_list.h"

#include <charconv>

namespace hf::format {

namespace {

// Items end with a null, since names may hold anything else; words in them with a space.
std::optional<std::string_view> cut(std::string_view& bytes, char end) {
    std::size_t size = bytes.find(end);
    if (size == std::string_view::npos) return std::nullopt;
    std::string_view piece = bytes.substr(0, size);
    bytes.remove_prefix(size + 1);
    return piece;
}

template <typename Number>
bool read(std::string_view& bytes, Number& value, int base = 10) {
    auto word = cut(bytes, ' ');
    if (!word) return false;
    auto [stop, error] = std::from_chars(word->data(), word->data() + word->size(), value, base);
    return error == std::errc() && stop == word->data() + word->size();
}

bool read(std::string_view& bytes, std::chrono::seconds& time) {
    std::chrono::seconds::rep value = 0;
    if (!read(bytes, value)) return false;
    time = std::chrono::seconds(value);
    return true;
}

bool read(std::string_view& bytes, std::array<std::byte, 16>& boot) {
    for (std::byte& each : boot) {
        unsigned value = 0;
        if (!read(bytes, value, 16) || value > 255) return false;
        each = static_cast<std::byte>(value);
    }
    return true;
}

std::string hexadecimal(std::byte value) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto number = static_cast<unsigned>(value);
    return {digits[number / 16], digits[number % 16]};
}

bool concerns(std::string_view entry, std::string_view service) {
    return !service.empty() && entry.starts_with(service) &&
           (entry.size() == service.size() || entry[service.size()] == '/');
}

}  // namespace

std::string encode(const QuarantineList& list) {
    std::string text = std::to_string(list.supervisor) + " ";
    for (std::byte each : list.boot) text += hexadecimal(each) + " ";
    text += '\0';
    for (const Quarantined& each : list.all) {
        text += each.killed ? "killed " : "stuck ";
        text += std::to_string(each.since.count()) + " ";
        text += std::to_string(each.next_try.count()) + " " + each.name + '\0';
    }
    return text;
}

std::optional<QuarantineList> quarantine_list(std::string_view bytes) {
    QuarantineList list;
    auto head = cut(bytes, '\0');
    if (!head || !read(*head, list.supervisor) || !read(*head, list.boot)) return std::nullopt;
    while (auto item = cut(bytes, '\0')) {
        Quarantined entry;
        auto why = cut(*item, ' ');
        if (!why || !read(*item, entry.since) || !read(*item, entry.next_try) || item->empty())
            return std::nullopt;
        entry.killed = *why == "killed";
        entry.name = *item;
        list.all.push_back(std::move(entry));
    }
    return bytes.empty() ? std::optional(std::move(list)) : std::nullopt;
}

const Quarantined* find(const QuarantineList& list, std::string_view name,
                        std::string_view target) {
    for (const Quarantined& each : list.all) {
        if (concerns(each.name, name) || concerns(each.name, target)) return &each;
    }
    return nullptr;
}

}  // namespace hf::format
