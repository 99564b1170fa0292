// SPDX-License-Identifier: MIT
#include "engine/held_list.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>

using namespace hf;
using engine::HeldList;

namespace {

// The guardian's memory, and one engine after the other.
class HeldListTest : public ::testing::Test {
  protected:
    HeldListTest() : memory_(::memfd_create("test", MFD_CLOEXEC)) {
        (void)!::ftruncate(memory_, guard::page_size);
    }
    ~HeldListTest() override { ::close(memory_); }

    HeldList next_engine() { return HeldList(&page_, memory_); }

    static std::vector<std::string> names(const HeldList& list) {
        std::vector<std::string> result;
        for (const core::Listed& each : list.left()) result.push_back(each.name);
        return result;
    }

    // Memory that is really taken.
    long bytes() const {
        struct stat status {};
        ::fstat(memory_, &status);
        return status.st_blocks * 512;
    }

    guard::SharedPage page_;
    int memory_;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_F(HeldListTest, TheNextEngineFindsWhatIsHeld) {
    HeldList first = next_engine();
    EXPECT_EQ(names(first), Names{});
    first.add(0, {1, 2}, "/srv/a");
    first.add(1, {1, 3}, "/srv/b");
    first.add(0, {1, 2}, "/srv/moved");
    first.publish();
    first.add(2, {1, 4}, "/srv/c");
    first.remove(1);
    EXPECT_EQ(names(next_engine()), (Names{"/srv/moved", "/srv/c"}));
}

TEST_F(HeldListTest, UntilAnEngineIsReadyTheListBeforeCounts) {
    HeldList first = next_engine();
    first.add(0, {1, 2}, "/srv/a");
    first.publish();
    HeldList second = next_engine();
    second.add(0, {1, 3}, "/srv/b");
    EXPECT_EQ(names(next_engine()), (Names{"/srv/a", "/srv/b"}));
    second.publish();
    EXPECT_EQ(names(next_engine()), Names{"/srv/b"});
}

TEST_F(HeldListTest, DoesNotGrowWhileDirectoriesComeAndGo) {
    HeldList list = next_engine();
    list.publish();
    list.add(0, {1, 1}, "/srv/stays");
    for (unsigned i = 0; i < 20'000; ++i) {
        list.add(1, {1, i}, "/srv/comes");
        list.remove(1);
    }
    list.add(2, {1, 2}, "/srv/last");
    EXPECT_EQ(names(next_engine()), (Names{"/srv/stays", "/srv/last"}));
    EXPECT_LT(bytes(), 64 * 1024);
}

TEST_F(HeldListTest, GrownBeforeItCountsItLosesNothingOfTheOneBefore) {
    HeldList first = next_engine();
    first.add(0, {1, 1}, "/srv/before");
    first.publish();
    HeldList second = next_engine();
    for (unsigned i = 0; i < 1000; ++i) second.add(0, {1, i}, "/srv/now");
    EXPECT_EQ(names(next_engine()), (Names{"/srv/before", "/srv/now"}));
    second.publish();
    EXPECT_EQ(names(next_engine()), Names{"/srv/now"});
}
