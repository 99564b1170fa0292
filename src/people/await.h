// SPDX-License-Identifier: MIT
// Waiting until services are as they should be. Woken by the kernel; a service is looked at again
// when there is news of it, or when time alone may have made it so.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "people/look/service.h"
#include "people/progress.h"
#include "people/watch.h"

namespace hf::people {

// Whether a service is as it should be.
struct Verdict {
    bool is_so = false;
    std::optional<std::chrono::nanoseconds> again;  // else: may be so after this time, without news

    Verdict(bool so) : is_so(so) {}
    static Verdict later(std::chrono::nanoseconds time) {
        Verdict verdict(false);
        verdict.again = time;
        return verdict;
    }
};
using Condition = std::function<Verdict(const Seen&)>;

// Until the condition holds for each, or `patience` is over (none: for ever); those of which it
// does not hold yet. `progress` is shown meanwhile.
std::vector<Awaited> await(const std::vector<Awaited>& services, const Condition& condition,
                           std::optional<std::chrono::nanoseconds> patience,
                           ProgressLine* progress = nullptr);

}  // namespace hf::people
