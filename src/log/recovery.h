// SPDX-License-Identifier: MIT
// What a log directory needs before the first line is appended: the decision alone, over what was
// found there. Pure; LogDir looks and acts.
#pragma once

#include <vector>

namespace hf::log {

// One file as it was found. The owner's execute bit marks what was finished and synced.
struct Found {
    bool exists = false;
    bool finished = false;
};

enum class Step {
    forget_state,       // remove `state` and `newstate`
    drop_previous,      // its processed form is complete
    keep_processed,     // archive `processed` as .s
    drop_processed,     // incomplete: the processor will see the input again, or nobody will
    keep_previous,      // archive `previous` as .u; daemontools leaves it, and overwrites it later
    keep_current,       // archive `current` as .u
    start_fresh,        // an empty `state`, a new `current`
    append_to_current,  // the last stop was clean
};

// The steps in their order. After a clean stop only a stale `previous` is moved to safety, which
// daemontools would overwrite at the next rotation.
std::vector<Step> recovery(const Found& current, const Found& previous, const Found& processed);

}  // namespace hf::log
