// SPDX-License-Identifier: MIT
#include "core/scan.h"

#include <gtest/gtest.h>

using namespace hf::core;
using Kind = Change::Kind;

namespace {

Listed listed(const char* name, std::uint64_t inode, bool has_log = false) {
    return {name, {1, inode}, has_log};
}

Supervised linked(const char* name, std::uint64_t inode, bool has_log = false) {
    return {listed(name, inode, has_log), true};
}

Supervised unlinked(const char* name, std::uint64_t inode) {
    return {listed(name, inode), false};
}

using Changes = std::vector<Change>;

}  // namespace

TEST(Scan, NothingNewIsNoChange) {
    EXPECT_EQ(compare({}, {}), Changes{});
    EXPECT_EQ(
        compare({linked("a", 1), linked("b", 2, true)}, {listed("b", 2, true), listed("a", 1)}),
        Changes{});
}

TEST(Scan, ANewDirectoryAppears) {
    EXPECT_EQ(compare({linked("a", 1)}, {listed("a", 1), listed("b", 2)}),
              (Changes{{Kind::appeared, listed("b", 2)}}));
}

TEST(Scan, AMissingDirectoryIsUnlinkedOnce) {
    EXPECT_EQ(compare({linked("a", 1)}, {}), (Changes{{Kind::unlinked, listed("a", 1)}}));
    EXPECT_EQ(compare({unlinked("a", 1)}, {}), Changes{});
}

TEST(Scan, AnotherNameIsARename) {
    EXPECT_EQ(compare({linked("a", 1)}, {listed("b", 1)}),
              (Changes{{Kind::renamed, listed("b", 1)}}));
}

TEST(Scan, AnUnlinkedDirectoryThatComesBackIsRenamed) {
    EXPECT_EQ(compare({unlinked("a", 1)}, {listed("a", 1)}),
              (Changes{{Kind::renamed, listed("a", 1)}}));
}

TEST(Scan, AReplacedDirectoryFreesItsNameFirst) {
    EXPECT_EQ(compare({linked("a", 9)}, {listed("a", 1)}),
              (Changes{{Kind::unlinked, listed("a", 9)}, {Kind::appeared, listed("a", 1)}}));
}

TEST(Scan, NamesCanBeExchanged) {
    EXPECT_EQ(compare({linked("a", 1), linked("b", 2)}, {listed("a", 2), listed("b", 1)}),
              (Changes{{Kind::renamed, listed("b", 1)}, {Kind::renamed, listed("a", 2)}}));
}

TEST(Scan, ASecondNameIsIgnored) {
    EXPECT_EQ(compare({}, {listed("a", 1), listed("b", 1)}),
              (Changes{{Kind::appeared, listed("a", 1)}}));
    EXPECT_EQ(compare({linked("b", 1)}, {listed("a", 1), listed("b", 1)}), Changes{});
    EXPECT_EQ(compare({linked("b", 1)}, {listed("b", 1), listed("a", 1)}), Changes{});
}

TEST(Scan, TheSecondNameTakesOverWhenTheFirstGoes) {
    EXPECT_EQ(compare({linked("b", 1)}, {listed("a", 1)}),
              (Changes{{Kind::renamed, listed("a", 1)}}));
}

TEST(Scan, ALogComesAndGoes) {
    EXPECT_EQ(compare({linked("a", 1)}, {listed("a", 1, true)}),
              (Changes{{Kind::log_added, listed("a", 1, true)}}));
    EXPECT_EQ(compare({linked("a", 1, true)}, {listed("a", 1)}),
              (Changes{{Kind::log_removed, listed("a", 1)}}));
}

TEST(Scan, ARenamedDirectoryMayBringALog) {
    EXPECT_EQ(
        compare({linked("a", 1)}, {listed("b", 1, true)}),
        (Changes{{Kind::renamed, listed("b", 1, true)}, {Kind::log_added, listed("b", 1, true)}}));
}

TEST(Scan, OneInodeOnTwoDevicesIsTwoDirectories) {
    Listed other{"b", {2, 1}, false};
    EXPECT_EQ(compare({linked("a", 1)}, {listed("a", 1), other}),
              (Changes{{Kind::appeared, other}}));
}

TEST(Scan, WhatCannotBeSeenStaysAsItIs) {
    EXPECT_EQ(compare({linked("a", 1), linked("b", 2, true)}, {listed("b", 2, true)}, {"a"}),
              Changes{});
    EXPECT_EQ(compare({linked("a", 1)}, {listed("b", 1)}, {"a"}), Changes{})
        << "it may stand by both names";
    EXPECT_EQ(compare({linked("a", 1)}, {}, {"b"}), (Changes{{Kind::unlinked, listed("a", 1)}}));
    EXPECT_EQ(compare({unlinked("a", 1)}, {}, {"a"}), Changes{}) << "another's name by now";
}
