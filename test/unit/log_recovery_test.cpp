// SPDX-License-Identifier: MIT
#include "log/recovery.h"

#include <gtest/gtest.h>

using namespace hf::log;

namespace {

const Found none{};
const Found growing{.exists = true};
const Found finished{.exists = true, .finished = true};
using Steps = std::vector<Step>;

}  // namespace

TEST(LogRecovery, ANewDirectoryStartsFresh) {
    EXPECT_EQ(recovery(none, none, none), Steps({Step::forget_state, Step::start_fresh}));
}

TEST(LogRecovery, ACleanStopIsContinued) {
    EXPECT_EQ(recovery(finished, none, none), Steps({Step::append_to_current}));
    EXPECT_EQ(recovery(finished, none, growing), Steps({Step::append_to_current}));
}

TEST(LogRecovery, AStalePreviousIsMovedToSafety) {
    EXPECT_EQ(recovery(finished, growing, none),
              Steps({Step::keep_previous, Step::append_to_current}));
}

TEST(LogRecovery, ACrashWhileProcessingKeepsTheInput) {
    EXPECT_EQ(recovery(growing, finished, growing),
              Steps({Step::forget_state, Step::drop_processed, Step::keep_previous,
                     Step::keep_current, Step::start_fresh}));
}

TEST(LogRecovery, ACrashAfterProcessingKeepsTheOutput) {
    EXPECT_EQ(recovery(growing, finished, finished),
              Steps({Step::forget_state, Step::drop_previous, Step::keep_processed,
                     Step::keep_current, Step::start_fresh}));
    EXPECT_EQ(recovery(growing, none, finished), Steps({Step::forget_state, Step::keep_processed,
                                                        Step::keep_current, Step::start_fresh}));
}

TEST(LogRecovery, ACrashBetweenTwoFilesHasNoCurrent) {
    EXPECT_EQ(recovery(none, finished, none),
              Steps({Step::forget_state, Step::keep_previous, Step::start_fresh}));
}
