// SPDX-License-Identifier: MIT
#include "log/recovery.h"

namespace hf::log {

namespace {

// `previous` and `processed`: one of the two holds the lines, and that one is kept.
void settle_rotation(const Found& previous, const Found& processed, std::vector<Step>& steps) {
    if (processed.exists && processed.finished) {
        if (previous.exists) steps.push_back(Step::drop_previous);
        steps.push_back(Step::keep_processed);
        return;
    }
    if (processed.exists) steps.push_back(Step::drop_processed);
    if (previous.exists) steps.push_back(Step::keep_previous);
}

}  // namespace

std::vector<Step> recovery(const Found& current, const Found& previous, const Found& processed) {
    std::vector<Step> steps;
    if (current.exists && current.finished) {
        if (previous.exists) settle_rotation(previous, processed, steps);
        steps.push_back(Step::append_to_current);
        return steps;
    }
    steps.push_back(Step::forget_state);
    settle_rotation(previous, processed, steps);
    if (current.exists) steps.push_back(Step::keep_current);
    steps.push_back(Step::start_fresh);
    return steps;
}

}  // namespace hf::log
