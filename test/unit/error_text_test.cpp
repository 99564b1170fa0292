// SPDX-License-Identifier: MIT
#include "text/error_text.h"

#include <gtest/gtest.h>

#include <cerrno>

using hf::text::error_text;

TEST(ErrorText, SpeaksDaemontoolsNotLibc) {
    EXPECT_EQ(error_text(0), "no error");
    EXPECT_EQ(error_text(ENOENT), "file does not exist");
    EXPECT_EQ(error_text(EACCES), "access denied");
    EXPECT_EQ(error_text(EPERM), "permission denied");
    EXPECT_EQ(error_text(EWOULDBLOCK), "temporary failure");
    EXPECT_EQ(error_text(99999), "unknown error");
}
