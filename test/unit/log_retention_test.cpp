// SPDX-License-Identifier: MIT
#include "log/retention.h"

#include <gtest/gtest.h>

using namespace hf::log;
using hf::format::Tai64n;

namespace {

std::string name(char digit, const std::string& code = ".s") {
    return "@4000000000000000000000" + std::string(1, '0') + digit + code;
}

using Names = std::vector<std::string>;

}  // namespace

TEST(LogRetention, OnlyAtSignAndAFullLabelCounts) {
    EXPECT_TRUE(looks_finished(name('1')));
    EXPECT_TRUE(looks_finished("@zzzzzzzzzzzzzzzzzzzzzzzz"));
    EXPECT_FALSE(looks_finished("@4000"));
    EXPECT_FALSE(looks_finished("current"));
}

TEST(LogRetention, DeletesTheSmallestNamesUntilOneFewerThanTheLimit) {
    const std::vector<Archive> all{{name('3')}, {name('1')}, {name('2')}};
    EXPECT_EQ(to_delete(all, {.files = 10}), Names());
    EXPECT_EQ(to_delete(all, {.files = 3}), Names({name('1')}));
    EXPECT_EQ(to_delete(all, {.files = 2}), Names({name('1'), name('2')}));
}

TEST(LogRetention, FilesThatWaitForTheProcessorNeitherCountNorGo) {
    const std::vector<Archive> all{{name('1', ".u"), 0, true}, {name('2')}, {name('3')}};
    EXPECT_EQ(to_delete(all, {.files = 3}), Names());
    EXPECT_EQ(to_delete(all, {.files = 2}), Names({name('2')}));
}

TEST(LogRetention, AFileAndItsCompressedFormAreOne) {
    const std::vector<Archive> all{
        {name('1', ".s.zst"), 10}, {name('2'), 100}, {name('2', ".s.zst"), 10}, {name('3'), 100}};
    EXPECT_EQ(to_delete(all, {.files = 4, .total = 120}), Names());
    EXPECT_EQ(to_delete(all, {.files = 3, .total = 120}), Names({name('1', ".s.zst")}));
    EXPECT_EQ(to_delete(all, {.files = 2}), Names({name('1', ".s.zst"), name('2', ".s.zst")}));
}

TEST(LogRetention, TheTotalSizeIsALimitOfItsOwn) {
    const std::vector<Archive> all{{name('1'), 100}, {name('2'), 100}, {name('3'), 100}};
    EXPECT_EQ(to_delete(all, {.files = 10, .total = 300}), Names());
    EXPECT_EQ(to_delete(all, {.files = 10, .total = 299}), Names({name('1')}));
    EXPECT_EQ(to_delete(all, {.files = 10, .total = 0}).size(), 3u);
}

TEST(LogRetention, ALabelIsLaterThanAllInUseEvenWhenTheClockWasSetBack) {
    const auto taken = hf::format::parse_label(name('9'));
    const Tai64n earlier{1, 500};
    const Tai64n label = label_for(earlier, {{name('1')}, {name('9')}, {name('5')}});
    EXPECT_GT(label, *taken);
    EXPECT_GT(label_for(*taken, {{name('9')}}), *taken);
    const Tai64n later{uint64_t{1} << 62 | 99, 500};
    EXPECT_EQ(label_for(later, {{name('9')}}), later);
}

TEST(LogRetention, ForeignNamesDoNotPushLabelsIntoTheFuture) {
    const Tai64n now{uint64_t{1} << 62 | 99, 500};
    EXPECT_EQ(label_for(now, {{"@ffffffffffffffffffffffff"}, {"@zzzzzzzzzzzzzzzzzzzzzzzz.s"}}),
              now);
}
