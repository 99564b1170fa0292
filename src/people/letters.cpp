// SPDX-License-Identifier: MIT
#include "core/order.h"
#include "people/look/words.h"
#include "people/orders.h"

namespace hf::people {

namespace {

std::string letter_for(int signal) {
    for (const core::Order& order : core::orders) {
        bool plain = order.wish == core::Wish::signal || order.wish == core::Wish::pause ||
                     order.wish == core::Wish::resume;
        if (plain && order.signal == signal) return std::string(1, order.letter);
    }
    return "";
}

}  // namespace

std::string letters_of(const std::string& verb, const std::string& signal, const Seen& seen) {
    if (verb == "start") return "u";
    if (verb == "stop") return "d";
    if (verb == "restart") {
        bool paused = seen.up() && seen.status->paused;  // then it could not end
        return std::string(seen.up() ? "t" : "") + (paused ? "c" : "") +
               (seen.up() && seen.wants_up() ? "" : "u");
    }
    if (verb == "reload") return "h";
    if (verb == "pause") return "p";
    if (verb == "continue") return "c";
    if (verb == "once") return "o";
    int number = signal_number(signal);
    return number > 0 ? letter_for(number) : "";
}

}  // namespace hf::people
