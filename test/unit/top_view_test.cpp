// SPDX-License-Identifier: MIT
// The view of top, without a terminal.
#include <gtest/gtest.h>

#include "cli/top/view.h"

using namespace hf;
using namespace hf::cli;
using namespace std::chrono_literals;

namespace {

Snapshot snapshot_of(const std::string& name, std::uint64_t memory) {
    Snapshot snapshot;
    snapshot.view.name = name;
    snapshot.view.supervised = true;
    snapshot.view.status = hf::format::ClassicStatus{{}, 7, false, 'u'};
    snapshot.memory = memory;
    return snapshot;
}

TEST(TopView, TheBarStaysOnItsService) {
    TopView view;
    view.take({snapshot_of("a", 1), snapshot_of("b", 2), snapshot_of("c", 3)}, 1s);
    view.move(1);
    EXPECT_EQ(view.chosen()->view.name, "b");
    view.take({snapshot_of("a", 1), snapshot_of("aa", 9), snapshot_of("b", 2)}, 2s);
    EXPECT_EQ(view.chosen()->view.name, "b");
    view.sort_by(Sorting::memory);
    EXPECT_EQ(view.chosen()->view.name, "aa");
    view.move(-5);
    EXPECT_EQ(view.chosen()->view.name, "aa");
    view.move(99);
    EXPECT_EQ(view.chosen()->view.name, "a");
    view.take({}, 3s);
    EXPECT_EQ(view.chosen(), nullptr);
}

TEST(TopView, FitsAScreen) {
    TopView view;
    std::vector<Snapshot> many;
    for (int i = 0; i < 100; ++i) many.push_back(snapshot_of("s" + std::to_string(100 + i), 0));
    view.take(many, 1s);
    view.move(60);
    auto lines = view.lines(24, 80, "message");
    ASSERT_EQ(lines.size(), 24U);
    EXPECT_EQ(lines[21].look, Look::bar);
    EXPECT_EQ(lines[22].text, "message");
    for (const ScreenLine& line : lines) EXPECT_LE(line.text.size(), 80U);
    for (size_t rows : {0U, 1U, 3U, 4U, 5U}) view.lines(rows, 10, "");
}

}  // namespace
