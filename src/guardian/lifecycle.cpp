// SPDX-License-Identifier: MIT
#include "guardian/lifecycle.h"

#include <algorithm>

namespace hf::guardian {

namespace {

// As daemontools' supervise: what ran for a second is restarted at once. The longest pause is that
// of its svscan between two scans; the shortest keeps a broken engine from using up a processor.
constexpr milliseconds long_life{1000};
constexpr milliseconds first_pause{10};
constexpr milliseconds last_pause{5000};

}  // namespace

Program next_program(const Programs& known) {
    if (!known.last_good) return Program::on_disk;
    if (!known.on_disk) return Program::last_good;
    if (known.got_ready) return Program::on_disk;
    return known.tried == Program::on_disk ? Program::last_good : Program::on_disk;
}

Pause pause_after(milliseconds lived, bool got_ready, milliseconds grown) {
    if (lived >= long_life) return {};
    milliseconds next = std::clamp(2 * grown, first_pause, last_pause);
    return {got_ready ? std::min(next, lived / 2) : next, next};
}

}  // namespace hf::guardian
