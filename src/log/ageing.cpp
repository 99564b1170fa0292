// SPDX-License-Identifier: MIT
#include "log/ageing.h"

#include <algorithm>

namespace hf::log {

namespace {

constexpr time_t longest_day = 26 * 3600;

}  // namespace

time_t next_midnight(time_t wall) {
    tm day{};
    if (::localtime_r(&wall, &day) == nullptr) return wall + 86400;
    day.tm_hour = day.tm_min = day.tm_sec = 0;
    day.tm_mday += 1;
    day.tm_isdst = -1;
    return std::max(::mktime(&day), wall + 1);
}

void Ageing::begin(Moment now, time_t wall) {
    begun_ = now;
    midnight_ = next_midnight(wall);
}

bool Ageing::due(Moment now, time_t wall) const {
    if (!begun_) return false;
    if (most_.count() > 0 && now - *begun_ >= most_) return true;
    // A clock that was set back by days must not put the next rotation off by as much.
    return at_midnight_ && (wall >= midnight_ || midnight_ - wall > longest_day);
}

std::optional<Ageing::Moment> Ageing::deadline(Moment now, time_t wall) const {
    if (!begun_ || never()) return std::nullopt;
    Moment next = Moment::max();
    if (most_.count() > 0) next = *begun_ + most_;
    if (at_midnight_) {
        const time_t left = std::clamp<time_t>(midnight_ - wall, 0, 60);
        next = std::min(next, now + std::chrono::seconds(left));
    }
    return next;
}

}  // namespace hf::log
