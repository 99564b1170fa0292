// SPDX-License-Identifier: MIT
#include "engine/mounts.h"

#include <gtest/gtest.h>

using namespace hf::engine;

TEST(NormalPath, HasNoDotsAndNoEmptyParts) {
    EXPECT_EQ(normal_path("/a//b/./c/"), "/a/b/c");
    EXPECT_EQ(normal_path("/a/b/../c"), "/a/c");
    EXPECT_EQ(normal_path("/../../a/.."), "/");
    EXPECT_EQ(normal_path(""), "/");
}

TEST(IsBelow, CountsWholeNames) {
    EXPECT_TRUE(is_below("/srv/web/log", "/srv/web"));
    EXPECT_TRUE(is_below("/srv/web", "/srv/web"));
    EXPECT_TRUE(is_below("/srv", "/"));
    EXPECT_FALSE(is_below("/srv/web2", "/srv/web"));
    EXPECT_FALSE(is_below("/srv", "/srv/web"));
}

TEST(Mounts, TheInnermostCounts) {
    Mounts mounts;
    EXPECT_EQ(mounts.of("/proc/self"), "/proc");
    EXPECT_EQ(mounts.of("/no/such/place"), mounts.of("/no"));
}
