// SPDX-License-Identifier: MIT
#include "cli/progress.h"

#include <unistd.h>

#include "sys/fd.h"
#include "text/words.h"

namespace hf::cli {

using namespace text;

ProgressLine::ProgressLine(std::string goal)
    : goal_(std::move(goal)), wanted_(::isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
    if (shown_) sys::write_all(STDERR_FILENO, "\r\033[K");
}

void ProgressLine::show(const std::vector<std::string>& open, std::chrono::nanoseconds gone) {
    constexpr std::chrono::seconds period(1);
    constexpr size_t enough = 3;
    std::string names;
    for (size_t i = 0; i < open.size() && i < enough; ++i)
        names += (names.empty() ? "" : ", ") + open[i];
    if (open.size() > enough) names += " and " + std::to_string(open.size() - enough) + " more";
    auto seconds = std::chrono::floor<std::chrono::seconds>(gone);
    std::string text = "waiting until " + names + (open.size() == 1 ? " is " : " are ") + goal_ +
                       (seconds.count() > 0 ? ": " + duration_words(seconds) : "") + " ...";
    sys::write_all(STDERR_FILENO, "\r" + text + "\033[K");
    shown_ = true;
    due_ = gone + period;
}

}  // namespace hf::cli
