// SPDX-License-Identifier: MIT
// What is TOML, and what is said of what is not: the cases stand in test/golden/service-toml.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "config/node.h"
#include "config/service_file.h"
#include "config/toml_walk.h"

using namespace hf;
using namespace hf::config;

namespace {

struct Case {
    std::string toml;
    std::string expected;
};

// "<0x0d>" is that byte, "<eof>" takes away the newline after it.
std::string bytes_of(std::string text) {
    for (size_t at = text.find("<0x"); at != text.npos; at = text.find("<0x", at + 1))
        text.replace(at, 6, 1, static_cast<char>(std::stoi(text.substr(at + 3, 2), nullptr, 16)));
    if (text.ends_with("<eof>\n")) text.resize(text.size() - 6);
    return text;
}

std::vector<Case> cases(const std::string& name) {
    std::ifstream file(std::string(HF_SOURCE_DIR) + "/test/golden/service-toml/" + name);
    std::vector<Case> all;
    Case next;
    bool is_toml = true;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("#:")) continue;
        if (line == "=>") {
            is_toml = false;
        } else if (line != "----") {
            (is_toml ? next.toml : next.expected) += line + "\n";
        } else {
            all.push_back({bytes_of(next.toml), next.expected});
            next = {};
            is_toml = true;
        }
    }
    EXPECT_EQ(next.toml, "") << "a case without an end";
    return all;
}

std::string said_of(const Fault& fault) {
    return std::to_string(fault.at.line) + ":" + std::to_string(fault.at.column) + ": " +
           fault.text + "\n";
}

// The same text again and again.
std::string times(size_t count, const std::string& text) {
    std::string result;
    for (size_t i = 0; i < count; ++i) result += text;
    return result;
}

}  // namespace

TEST(Toml, WhatIsBrokenIsRefusedInPlainWords) {
    const auto all = cases("broken");
    EXPECT_GE(all.size(), 350U);
    for (const Case& each : all) {
        const Toml read = read_toml(each.toml);
        ASSERT_EQ(read.faults.size(), 1U) << each.toml;
        EXPECT_EQ(said_of(read.faults.front()), each.expected) << each.toml;
    }
}

TEST(Toml, WhatIsExoticIsRead) {
    const auto all = cases("exotic");
    EXPECT_GE(all.size(), 80U);
    for (const Case& each : all) {
        const Toml read = read_toml(each.toml);
        for (const Fault& fault : read.faults) ADD_FAILURE() << each.toml << said_of(fault);
    }
}

// A file that was cut off, or mangled by a careless editor, is never read as something else: if
// anything is wrong, it is said where, in one line.
TEST(Toml, EveryBeginningOfAFileIsReadOrRefused) {
    for (const char* name : {"broken", "exotic"}) {
        for (const Case& each : cases(name)) {
            for (size_t size = 0; size < each.toml.size(); ++size) {
                const Toml read = read_toml(each.toml.substr(0, size));
                for (const Fault& fault : read.faults) {
                    EXPECT_EQ(fault.text.find_first_of("\n\r"), fault.text.npos) << fault.text;
                    EXPECT_NE(fault.text, "");
                }
            }
        }
    }
}

// 64 KiB of them, the largest file that is read, were more than a stack holds.
TEST(Toml, WhatIsNestedWithoutEndIsRefused) {
    constexpr const char* deep = "this is nested too deeply";
    for (const std::string& toml :
         {"a" + times(32000, ".a") + " = 1", "[a" + times(32000, ".a") + "]",
          "a = " + times(60000, "["), "a = " + times(15000, "{a="),
          "[a" + times(90, ".a") + "]\na" + times(20, ".a") + " = 1"}) {
        const Toml read = read_toml(toml);
        ASSERT_EQ(read.faults.size(), 1U);
        EXPECT_EQ(read.faults.front().text, deep);
    }
    EXPECT_TRUE(read_toml("a" + times(99, ".a") + " = 1").faults.empty());
    EXPECT_TRUE(read_toml("a = " + times(90, "[") + times(90, "]")).faults.empty());
}

TEST(Toml, OfWhatIsLongTheBeginningIsShown) {
    for (const std::string& toml : {"a = " + times(500, "\u00e9"), times(500, "b") + " = ]",
                                    "[" + times(500, "c."), "a = '1' " + times(500, "d")}) {
        const Toml read = read_toml(toml);
        ASSERT_EQ(read.faults.size(), 1U);
        EXPECT_LT(read.faults.front().text.size(), 300U) << read.faults.front().text;
    }
}

// Only toml++ knows that an escape spells the name of another key.
TEST(Toml, WhatOnlyTheLibraryRefusesIsSaidInItsWords) {
    EXPECT_FALSE(fault_in_toml("a = 1\n\"\\u0061\" = 2"));
    const Toml read = read_toml("a = 1\n\"\\u0061\" = 2");
    ASSERT_EQ(read.faults.size(), 1U);
    EXPECT_EQ(read.faults.front().at.line, 2U);
    EXPECT_EQ(read.faults.front().text.find("this is not TOML: "), 0U);
}
