// SPDX-License-Identifier: MIT
#include "core/command.h"

#include <gtest/gtest.h>

#include <set>

using namespace hf::core;

namespace {

constexpr char daemontools_letters[] = "udoxpchaitk";

}  // namespace

TEST(Command, EveryLetterOfDaemontoolsIsKnown) {
    for (char letter : std::string_view(daemontools_letters))
        EXPECT_TRUE(command_of(letter)) << letter;
}

TEST(Command, EveryOtherByteIsNone) {
    int known = 0;
    for (int byte = 0; byte < 256; ++byte) known += command_of(static_cast<char>(byte)) ? 1 : 0;
    EXPECT_EQ(known, static_cast<int>(commands.size()));
    EXPECT_FALSE(command_of('\0'));
    EXPECT_FALSE(command_of('U'));
}

TEST(Command, ALetterMeansOneThing) {
    std::set<char> letters;
    for (const Command& command : commands) EXPECT_TRUE(letters.insert(command.letter).second);
}

TEST(Command, TheSignalIsTheLettersOwn) {
    EXPECT_EQ(command_of('t')->signal, SIGTERM);
    EXPECT_EQ(command_of('k')->signal, SIGKILL);
    EXPECT_EQ(command_of('h')->signal, SIGHUP);
    EXPECT_EQ(command_of('a')->signal, SIGALRM);
    EXPECT_EQ(command_of('i')->signal, SIGINT);
    EXPECT_EQ(command_of('p')->signal, SIGSTOP);
    EXPECT_EQ(command_of('c')->signal, SIGCONT);
    EXPECT_EQ(command_of('u')->signal, 0);
    EXPECT_EQ(command_of('x')->signal, 0);
}
