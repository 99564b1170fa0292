// SPDX-License-Identifier: MIT
// Plays test/transcripts/*.txt and compares what is told with what they say. With HF_REWRITE=1 in
// the environment the files are written anew, so that a change of behaviour is read as a diff.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "script.h"

namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

// The same transcript with the output that the code has now. A block is commands, "----", output,
// and ends with an empty line; comments start with '#'.
std::string played(const std::string& transcript) {
    hf::test::Script script;
    std::istringstream lines(transcript);
    std::string result;
    std::string output;
    bool in_output = false;
    for (std::string line; std::getline(lines, line);) {
        if (in_output && !line.empty()) continue;
        in_output = line == "----";
        result += line + "\n";
        if (in_output) {
            result += std::exchange(output, {});
        } else if (!line.empty() && line[0] != '#') {
            output += script.run(line);
        }
    }
    return result;
}

std::vector<fs::path> transcripts() {
    std::vector<fs::path> result;
    for (const auto& entry : fs::directory_iterator(HF_SOURCE_DIR "/test/transcripts"))
        if (entry.path().extension() == ".txt") result.push_back(entry.path());
    std::ranges::sort(result);
    return result;
}

class Transcript : public testing::TestWithParam<fs::path> {};

TEST_P(Transcript, IsWhatHappens) {
    std::string expected = contents(GetParam());
    std::string actual = played(expected);
    if (std::getenv("HF_REWRITE") != nullptr) {
        std::ofstream(GetParam()) << actual;
    } else {
        EXPECT_EQ(actual, expected) << GetParam() << "\nIf this is meant: HF_REWRITE=1, and read "
                                    << "the diff.";
    }
}

INSTANTIATE_TEST_SUITE_P(All, Transcript, testing::ValuesIn(transcripts()),
                         [](const auto& each) { return each.param.stem().string(); });

TEST(TranscriptItself, NoticesADifference) {
    std::string stop_requested_at = played("begin\n----\n\n");
    EXPECT_NE(stop_requested_at, "begin\n----\n\n");
    EXPECT_EQ(played(stop_requested_at), stop_requested_at);
}

TEST(TranscriptItself, RefusesWhatItDoesNotUnderstand) {
    EXPECT_THROW(played("0s dance\n----\n"), std::runtime_error);
}

}  // namespace
