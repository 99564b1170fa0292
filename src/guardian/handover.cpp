// SPDX-License-Identifier: MIT
#include "guardian/handover.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "guardian/descriptors.h"

namespace hf::guardian {

namespace {

constexpr const char* older_variable = "HOLDFAST_LEGACY";

void set(Handover& handover, std::string_view name, int value) {
    if (name == "lock") handover.lock = value;
    if (name == "memory") handover.memory = value;
    if (name == "program") handover.program = value;
    if (name == "kept") handover.kept = value;
    if (name == "halting") handover.halting = value != 0;
    if (name == "exit_code") handover.exit_code = value;
    if (name == "notify") handover.notify.socket = value;
    if (name == "notify_ms") handover.notify.interval = milliseconds(value);
}

std::string_view cut(std::string_view& text, char end) {
    size_t size = std::min(text.find(end), text.size());
    std::string_view first = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    return first;
}

Handover decode_positions(std::string_view text) {
    constexpr std::array names{"lock",      "memory", "program",  "halting",
                               "exit_code", "notify", "notify_ms"};
    Handover result;
    for (const char* name : names) {
        std::string_view number = cut(text, ',');
        int value = 0;
        if (std::from_chars(number.data(), number.data() + number.size(), value).ec == std::errc{})
            set(result, name, value);
    }
    return result;
}

}  // namespace

std::array<char, 256> encode(const Handover& handover) {
    std::array<char, 256> text{};
    std::snprintf(text.data(), text.size(),
                  "%s=lock=%d,memory=%d,program=%d,kept=%d,halting=%d,exit_code=%d,notify=%d,"
                  "notify_ms=%d",
                  handover_variable, handover.lock, handover.memory, handover.program,
                  handover.kept, handover.halting ? 1 : 0, handover.exit_code,
                  handover.notify.socket, static_cast<int>(handover.notify.interval.count()));
    return text;
}

Handover decode_handover(std::string_view text) {
    Handover result;
    while (!text.empty()) {
        std::string_view value = cut(text, ',');
        std::string_view name = cut(value, '=');
        int number = 0;
        if (std::from_chars(value.data(), value.data() + value.size(), number).ec == std::errc{})
            set(result, name, number);
    }
    return result;
}

Handover take_handover() {
    Handover result;
    if (const char* text = std::getenv(older_variable)) result = decode_positions(text);
    if (const char* text = std::getenv(handover_variable)) result = decode_handover(text);
    ::unsetenv(older_variable);
    ::unsetenv(handover_variable);
    return result;
}

void survive(const Handover& handover, bool exec) {
    for (int fd :
         {handover.lock, handover.memory, handover.program, handover.kept, handover.notify.socket})
        survive_exec(fd, exec);
}

}  // namespace hf::guardian
