// SPDX-License-Identifier: MIT
#include "log/rate_limit.h"

namespace hf::log {

bool RateLimit::pass(Moment now) {
    if (now - began_ >= rule_.every) {
        began_ = now;
        passed_ = 0;
    }
    if (passed_ < rule_.lines) {
        ++passed_;
        return true;
    }
    ++dropped_;
    return false;
}

std::optional<std::string> RateLimit::note(Moment now, bool at_end) {
    if (dropped_ == 0 || (!at_end && now - began_ < rule_.every)) return std::nullopt;
    std::string text = "multilog: " + std::to_string(dropped_);
    text += dropped_ == 1 ? " line" : " lines";
    text += " dropped: more than " + std::to_string(rule_.lines) + " in ";
    text += std::to_string(rule_.every.count()) + " s";
    dropped_ = 0;
    return text;
}

std::optional<RateLimit::Moment> RateLimit::deadline() const {
    if (dropped_ == 0) return std::nullopt;
    return began_ + rule_.every;
}

}  // namespace hf::log
