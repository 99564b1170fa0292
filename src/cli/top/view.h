// SPDX-License-Identifier: MIT
// What `holdfast top` shows: pure, so that it can be tested without a terminal.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "cli/snapshot.h"
#include "cli/top/screen.h"

namespace hf::cli {

enum class Sorting { name, state, cpu, memory, age, restarts };

class TopView {
  public:
    // A new look at all services, taken at `now`. The bar stays on the service that it was on.
    void take(std::vector<Snapshot> snapshots, std::chrono::nanoseconds now);

    void sort_by(Sorting sorting);
    void move(long rows);  // of the bar; what is beyond an end is the end
    const Snapshot* chosen() const;

    // Moves the bar to the next service with `text` in its name; false if there is none.
    bool find(const std::string& text);

    // The lines of a screen of this size; `message` stands in the last but one.
    std::vector<ScreenLine> lines(size_t rows, size_t columns, const std::string& message) const;

  private:
    void sort();
    double share_of(const Snapshot& snapshot) const;

    std::vector<Snapshot> snapshots_;
    std::map<std::string, std::chrono::nanoseconds> cpu_before_;
    std::map<std::string, double> share_;  // of one processor
    std::chrono::nanoseconds taken_{};
    Sorting sorting_ = Sorting::name;
    size_t bar_ = 0;
};

}  // namespace hf::cli
