// SPDX-License-Identifier: MIT
#include "core/order.h"

#include <gtest/gtest.h>

#include <set>

using namespace hf::core;

namespace {

constexpr char daemontools_letters[] = "udoxpchaitk";

}  // namespace

TEST(Order, EveryLetterOfDaemontoolsIsKnown) {
    for (char letter : std::string_view(daemontools_letters))
        EXPECT_TRUE(order_of(letter)) << letter;
}

TEST(Order, EveryOtherByteIsNone) {
    int known = 0;
    for (int byte = 0; byte < 256; ++byte) known += order_of(static_cast<char>(byte)) ? 1 : 0;
    EXPECT_EQ(known, static_cast<int>(orders.size()));
    EXPECT_FALSE(order_of('\0'));
    EXPECT_FALSE(order_of('U'));
}

TEST(Order, ALetterMeansOneThing) {
    std::set<char> letters;
    for (const Order& order : orders) EXPECT_TRUE(letters.insert(order.letter).second);
}

TEST(Order, TheSignalIsTheLettersOwn) {
    EXPECT_EQ(order_of('t')->signal, SIGTERM);
    EXPECT_EQ(order_of('k')->signal, SIGKILL);
    EXPECT_EQ(order_of('h')->signal, SIGHUP);
    EXPECT_EQ(order_of('a')->signal, SIGALRM);
    EXPECT_EQ(order_of('i')->signal, SIGINT);
    EXPECT_EQ(order_of('p')->signal, SIGSTOP);
    EXPECT_EQ(order_of('c')->signal, SIGCONT);
    EXPECT_EQ(order_of('u')->signal, 0);
    EXPECT_EQ(order_of('x')->signal, 0);
}
