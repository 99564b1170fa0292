// SPDX-License-Identifier: MIT
// A line for whoever waits at a terminal, that says for what, and goes away in the end. Elsewhere
// nothing is written.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "control/watch.h"

namespace hf::cli {

class ProgressLine {
  public:
    explicit ProgressLine(std::string goal);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    // When it wants to be shown (again), after so long a wait; none: nobody looks.
    std::chrono::nanoseconds due() const { return due_; }
    bool is_wanted() const { return wanted_; }

    void show(const std::vector<std::string>& open, std::chrono::nanoseconds gone);

  private:
    std::string goal_;  // "down", "up"
    bool wanted_;
    bool shown_ = false;
    std::chrono::nanoseconds due_ = std::chrono::milliseconds(500);  // what is quick needs none
};

}  // namespace hf::cli
