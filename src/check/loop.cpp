// SPDX-License-Identifier: MIT
#include "check/loop.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "check/checker.h"
#include "check/engine_link.h"
#include "sys/clock.h"

namespace hf::check {

namespace {

enum Tag : std::uint64_t { input_tag, output_tag, first_check };

// While something is in flight the loop wakes up so often, to find out whether it still can.
constexpr core::Duration longest_sleep = std::chrono::milliseconds(100);

core::Time now() {
    return core::Time(sys::boot_time());
}

// Waits, and says how late that was.
std::vector<std::uint64_t> wait(sys::Poller& poller, Checker& checker) {
    const auto next = checker.next();
    const core::Time began = now();
    if (!next) {
        auto tags = poller.wait(std::nullopt);
        checker.lateness().turn(began, core::Time::max(), now(), true);
        return tags;
    }
    const core::Time due = std::clamp(*next, began, began + longest_sleep);
    auto tags = poller.wait(due - began);
    checker.lateness().turn(began, due, now(), tags.size() < sys::Poller::most_tags);
    return tags;
}

void listen(EngineLink& engine, Checker& checker) {
    const EngineLink::Lines lines = engine.read();
    for (const std::string& line : lines.whole) checker.take(line, now());
    if (lines.has_longer) checker.refuse(0, "a line is longer than 64 KiB");
}

}  // namespace

void serve(int input, int output, size_t most) {
    sys::Poller poller;
    EngineLink engine(input, output, poller, input_tag, output_tag);
    Checker checker(poller, first_check, most, now(),
                    [&](const format::CheckAnswer& answer) { engine.say(format::encode(answer)); });
    engine.say(std::string(format::checker_title) + "\n");
    while (!engine.is_over()) {
        for (const std::uint64_t tag : wait(poller, checker)) {
            if (tag == input_tag)
                listen(engine, checker);
            else if (tag == output_tag)
                engine.write();
            else
                checker.proceed(tag, now());
        }
        checker.pass(now());
    }
}

}  // namespace hf::check
