// SPDX-License-Identifier: MIT
// What a run script comes to, for tests.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "inspect/launch.h"

namespace hf::test {

// The words of its last command with | between them; ? where one cannot be known.
inline std::string words_of(const inspect::Launch& launch) {
    std::string text;
    for (const inspect::Word& word : launch.words)
        text += (text.empty() ? "" : "|") + (word.known ? word.text : "?");
    return text;
}

inline inspect::Launch launch(const std::string& script) {
    auto found = inspect::launch_of(inspect::parse_script(script));
    EXPECT_TRUE(found);
    return found.value_or(inspect::Launch{});
}

}  // namespace hf::test
