// SPDX-License-Identifier: MIT
#include "text/decimal.h"

#include <gtest/gtest.h>

using hf::text::decimal;

constexpr std::uint64_t largest = 18446744073709551615U;

TEST(Decimal, ReadsDigitsAndNothingElse) {
    EXPECT_EQ(decimal("0"), 0U);
    EXPECT_EQ(decimal("00700"), 700U);
    EXPECT_EQ(decimal(""), 0U);
    for (const char* other : {"1k", "0x10", "+1", "-1", " 1", "1 ", "=", "1=", "\xb2"}) {
        EXPECT_EQ(decimal(other), std::nullopt) << other;
    }
}

TEST(Decimal, SaturatesInsteadOfWrapping) {
    EXPECT_EQ(decimal("18446744073709551614"), largest - 1);
    EXPECT_EQ(decimal("18446744073709551615"), largest);
    EXPECT_EQ(decimal("18446744073709551616"), largest);
    EXPECT_EQ(decimal("18446744073709551626"), largest);
    EXPECT_EQ(decimal("99999999999999999999999999999999"), largest);
    EXPECT_EQ(decimal("99999999999999999999999999999999k"), std::nullopt);
}
