// SPDX-License-Identifier: MIT
#include "log/splitter.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

using namespace hf::log;

namespace {

// A stream that is read in any pieces, as the router sees it.
class Stream {
  public:
    explicit Stream(std::string text) : text_(std::move(text)) {}

    // All that comes of one more read, with what was held.
    std::string_view read(size_t most) {
        end_ = std::min(text_.size(), end_ + most);
        return std::string_view(text_).substr(begin_, end_ - begin_);
    }
    void take(size_t length) { begin_ += length; }
    bool ended() const { return end_ == text_.size(); }
    size_t held() const { return end_ - begin_; }

  private:
    std::string text_;
    size_t begin_ = 0;
    size_t end_ = 0;
};

std::string random_text(std::mt19937& random) {
    const std::vector<std::string> parts{
        "\n", "\n\n", "word ", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xff"};
    std::string text;
    for (size_t i = random() % 60; i > 0; --i) {
        if (random() % 4 == 0) text += std::string(random() % 40, 'x');
        text += parts[random() % parts.size()];
    }
    return text;
}

// The pieces of one read, one after the other.
Block piece_by_piece(std::string_view bytes, bool in_line, const LineLimits& limits) {
    Block all{0, in_line};
    while (all.length < bytes.size()) {
        const Piece next = next_piece(bytes.substr(all.length), all.in_line, limits);
        if (next.length == 0) break;
        all.length += next.length;
        all.in_line = !next.complete;
    }
    return all;
}

}  // namespace

TEST(LogSplitter, ALineIsComplete) {
    const Piece piece = next_piece("one\ntwo", false, {.wait = 10});
    EXPECT_EQ(piece.length, 4u);
    EXPECT_TRUE(piece.complete);
}

TEST(LogSplitter, TheStartOfALineWaits) {
    EXPECT_EQ(next_piece("two", false, {.wait = 4}).length, 0u);
    EXPECT_EQ(next_piece("two!", false, {.wait = 4}).length, 4u);
    EXPECT_EQ(next_piece("two", true, {.wait = 4}).length, 3u);
}

TEST(LogSplitter, NoPieceEndsWithinACharacter) {
    const LineLimits limits{.wait = 1, .longest = 4, .characters = true};
    EXPECT_EQ(next_piece("abc\xe2\x82\xac", false, limits).length, 3u);
    EXPECT_EQ(next_piece("a\xe2\x82\xac!", false, limits).length, 4u);
    EXPECT_EQ(next_piece("\xe2\x82", true, limits).length, 0u);
    EXPECT_EQ(next_piece("\xff", true, limits).length, 0u);  // it could be the start of one
    EXPECT_EQ(next_piece("\xff!", true, limits).length, 2u);
    EXPECT_EQ(next_piece("\x82\x82\x82\x82", true, limits).length, 4u);
}

// The block path is the same as the pieces, whatever comes, in whatever reads.
TEST(LogSplitter, ABlockIsAllItsPieces) {
    std::mt19937 random(1);
    for (int round = 0; round < 20000; ++round) {
        const LineLimits limits{.wait = random() % 30};
        Stream stream(random_text(random));
        bool in_line = false;
        while (!stream.ended()) {
            const std::string_view bytes = stream.read(1 + random() % 50);
            const Block one = piece_by_piece(bytes, in_line, limits);
            const Block all = next_block(bytes, in_line, limits.wait);
            ASSERT_EQ(all.length, one.length) << bytes;
            ASSERT_EQ(all.in_line, one.in_line) << bytes;
            in_line = all.in_line;
            stream.take(all.length);
        }
    }
}

// The first piece of a line, by which it is decided where it goes, does not depend on the reads.
// Nothing is held for long, and no piece is too long.
TEST(LogSplitter, TheFirstPieceOfALineDoesNotDependOnTheReads) {
    std::mt19937 random(2);
    const LineLimits limits{.wait = 17, .longest = 16, .characters = true};
    for (int round = 0; round < 20000; ++round) {
        const std::string text = random_text(random) + "\n";
        std::vector<std::string> expected;
        for (const size_t most : {text.size(), size_t{1}, size_t{1 + random() % 20}}) {
            std::vector<std::string> first;
            Stream stream(text);
            bool in_line = false;
            while (!stream.ended()) {
                std::string_view bytes = stream.read(most);
                while (!bytes.empty()) {
                    const Piece next = next_piece(bytes, in_line, limits);
                    if (next.length == 0) break;
                    ASSERT_LE(next.length, limits.longest);
                    if (!in_line) first.emplace_back(bytes.substr(0, next.length));
                    in_line = !next.complete;
                    stream.take(next.length);
                    bytes.remove_prefix(next.length);
                }
                ASSERT_LE(stream.held(), limits.longest);
            }
            if (expected.empty()) expected = first;
            ASSERT_EQ(first, expected);
        }
    }
}
