// SPDX-License-Identifier: MIT
#include "format/rules_file.h"

#include <gtest/gtest.h>

using namespace hf::format;

namespace {

const std::vector<RulesLine> some{
    {"stop.timeout", "5000000000"}, {"needs", "db"}, {"needs", "a b"}};

}  // namespace

TEST(RulesFile, WhatIsWrittenIsRead) {
    EXPECT_EQ(encode_rules(some),
              "holdfast-rules 1 3c228068\nstop.timeout 5000000000\nneeds db\nneeds a b\n");
    EXPECT_EQ(decode_rules(encode_rules(some)), some);
    EXPECT_EQ(decode_rules(encode_rules({})), std::vector<RulesLine>());
    EXPECT_EQ(decode_rules(encode_rules({{"restart.good", ""}}))->front().value, "");
}

TEST(RulesFile, WhatIsCutShortOrChangedIsNone) {
    const std::string text = encode_rules(some);
    for (size_t length = 0; length < text.size(); ++length)
        EXPECT_FALSE(decode_rules(text.substr(0, length))) << length;
    for (size_t at = 0; at < text.size(); ++at) {
        std::string changed = text;
        changed[at] ^= 1;
        EXPECT_FALSE(decode_rules(changed)) << at;
    }
    EXPECT_FALSE(decode_rules(text + "\n"));
}

TEST(RulesFile, AnotherVersionIsNone) {
    std::string text = encode_rules(some);
    text.replace(text.find(" 1 "), 3, " 2 ");
    EXPECT_FALSE(decode_rules(text));
}
