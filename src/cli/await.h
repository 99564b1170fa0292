// SPDX-License-Identifier: MIT
// Waiting until services are as they should be. Woken by the kernel; a service is looked at again
// when there is news of it, or when time alone may have made it so.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "cli/progress.h"
#include "control/service.h"
#include "control/watch.h"

namespace hf::cli {

// Whether a service is as it should be.
struct Check {
    bool holds = false;
    std::optional<std::chrono::nanoseconds> again;  // else: may be so after this time, without news
    bool hopeless = false;                          // it will not be so: no use in waiting

    Check(bool so) : holds(so) {}
    static Check later(std::chrono::nanoseconds time) {
        Check check(false);
        check.again = time;
        return check;
    }
    static Check never() {
        Check check(false);
        check.hopeless = true;
        return check;
    }
};
using Condition = std::function<Check(const control::ServiceView&)>;

// Until the condition holds for each, or has no hope of it, or `timeout` is over (none: for ever);
// those of which it does not hold. `progress` is shown meanwhile.
std::vector<control::WatchedService> await(const std::vector<control::WatchedService>& services,
                                           const Condition& condition,
                                           std::optional<std::chrono::nanoseconds> timeout,
                                           ProgressLine* progress = nullptr);

}  // namespace hf::cli
