// SPDX-License-Identifier: MIT
#include "program/options.h"

#include <gtest/gtest.h>

#include <cerrno>

using namespace hf;
using namespace hf::program;

namespace {

// Parses the words and writes down what was found: "n a=5 | rest of the words".
std::string parsed(std::vector<std::string> words, std::string_view letters) {
    Args args;
    for (std::string& word : words) args.push_back(word.data());
    Options options(args, letters, "usage line");
    std::string found;
    while (auto option = options.next()) {
        found.push_back(option->letter);
        if (option->argument != nullptr) found.append("=").append(option->argument);
        found.push_back(' ');
    }
    found.push_back('|');
    for (const char* operand : options.operands()) found.append(" ").append(operand);
    return found;
}

std::string misuse(std::vector<std::string> words, std::string_view letters) {
    try {
        return "no misuse: " + parsed(std::move(words), letters);
    } catch (const Usage& usage) {
        EXPECT_EQ(usage.code, 100);
        return usage.line;
    }
}

}  // namespace

TEST(Options, AreSingleLettersAloneOrInClusters) {
    EXPECT_EQ(parsed({"-n", "-xX", "file"}, "nNxX"), "n x X | file");
    EXPECT_EQ(parsed({"-nn", "-n"}, "nNxX"), "n n n |");
    EXPECT_EQ(parsed({}, "nNxX"), "|");
}

TEST(Options, EndAtTheFirstOperand) {
    EXPECT_EQ(parsed({"-n", "file", "-x"}, "nNxX"), "n | file -x");
    EXPECT_EQ(parsed({"file", "--", "-x"}, "nNxX"), "| file -- -x");
    EXPECT_EQ(parsed({"", "-x"}, "nNxX"), "|  -x");
}

TEST(Options, EndAtADoubleDashWhichIsDropped) {
    EXPECT_EQ(parsed({"-n", "--", "-x"}, "nNxX"), "n | -x");
    EXPECT_EQ(parsed({"--", "--"}, "nNxX"), "| --");
}

TEST(Options, ALoneDashIsAnOperand) {
    EXPECT_EQ(parsed({"-n", "-", "-x"}, "nNxX"), "n | - -x");
}

TEST(Options, ArgumentsAreGluedOrTheNextWord) {
    EXPECT_EQ(parsed({"-m500", "-a", "7", "child"}, "a:m:"), "m=500 a=7 | child");
    EXPECT_EQ(parsed({"-na5", "x"}, "na:"), "n a=5 | x");
    EXPECT_EQ(parsed({"-a", ""}, "a:"), "a= |");
    EXPECT_EQ(parsed({"-a", "--", "-a-"}, "a:"), "a=-- a=- |");
}

TEST(Options, MisuseNamesTheLetterAndTheProgramAsItWasCalled) {
    const std::string name(::program_invocation_short_name);
    EXPECT_EQ(misuse({"-Z"}, "nNxX"), name + ": illegal option -- Z\nusage line");
    EXPECT_EQ(misuse({"-nZ"}, "nNxX"), name + ": illegal option -- Z\nusage line");
    EXPECT_EQ(misuse({"-:"}, "a:"), name + ": illegal option -- :\nusage line");
    EXPECT_EQ(misuse({"--help"}, "nNxX"), name + ": illegal option -- -\nusage line");
    EXPECT_EQ(misuse({"-m"}, "a:m:"), name + ": option requires an argument -- m\nusage line");
}
