// SPDX-License-Identifier: MIT
#include "log/rotation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

using hf::log::cut;

namespace {

// The files that a stream becomes when it arrives in pieces of `piece` bytes.
std::vector<std::string> files(std::string_view stream, uint64_t size, size_t piece) {
    std::vector<std::string> all(1);
    while (!stream.empty()) {
        std::string_view bytes = stream.substr(0, piece);
        stream.remove_prefix(bytes.size());
        while (!bytes.empty()) {
            const auto next = cut(all.back().size(), size, bytes);
            if (next.rotate_first) all.emplace_back();
            all.back().append(bytes.substr(0, next.length));
            bytes.remove_prefix(next.length);
            if (next.rotate_after) all.emplace_back();
        }
    }
    return all;
}

std::string lines(size_t count, size_t length) {
    std::string text;
    for (size_t i = 0; i < count; ++i) text += std::string(length - 1, 'x') + "\n";
    return text;
}

}  // namespace

TEST(LogRotation, EndsAtTheFirstNewlineWithin2000BytesOfTheSize) {
    const auto all = files(lines(50, 100), 4096, 100);
    EXPECT_EQ(all[0].size(), 2100u);
    EXPECT_EQ(all[1].size(), 2100u);
    EXPECT_EQ(all[2].size(), 800u);
}

TEST(LogRotation, ALineThatEndsExactlyAtTheMarkEndsTheFile) {
    EXPECT_TRUE(cut(2000, 4096, std::string(95, 'x') + "\n").rotate_after);
    EXPECT_FALSE(cut(2000, 4096, std::string(94, 'x') + "\n").rotate_after);
}

TEST(LogRotation, DoesNotDependOnHowTheBytesArrive) {
    const std::string stream = lines(100, 77) + std::string(9000, 'y') + "\n" + lines(30, 500);
    const auto slowly = files(stream, 4096, 1);
    for (size_t piece : {2, 99, 512, 1024, 4096, 100000}) {
        EXPECT_EQ(files(stream, 4096, piece), slowly) << piece;
    }
}

TEST(LogRotation, ALongLineFillsFilesToTheByte) {
    const auto all = files(std::string(20000, 'z') + "\n", 4096, 700);
    ASSERT_EQ(all.size(), 6u);  // the newline comes late enough to end the fifth
    for (size_t i = 0; i < 4; ++i) EXPECT_EQ(all[i].size(), 4096u);
    EXPECT_EQ(all[4].size(), 20001u - 4 * 4096);
}

TEST(LogRotation, AFileThatIsTooLargeAlreadyEndsFirst) {
    EXPECT_TRUE(cut(4096, 4096, "a\n").rotate_first);
    EXPECT_TRUE(cut(9999, 4096, "a\n").rotate_first);
}

TEST(LogRotation, HugeSizesDoNotOverflow) {
    const auto next = cut(UINT64_MAX / 4, uint64_t{1} << 63, "a\n");
    EXPECT_EQ(next.length, 2u);
    EXPECT_FALSE(next.rotate_after);
}

namespace {

using hf::log::cut_at_records;

// The files that records become when they arrive in pieces.
std::vector<std::string> record_files(const std::vector<std::string>& pieces, uint64_t size) {
    std::vector<std::string> all(1);
    bool in_record = false;
    for (std::string_view bytes : pieces) {
        while (!bytes.empty()) {
            const auto next = cut_at_records(all.back().size(), size, in_record, bytes);
            if (next.rotate_first) {
                all.emplace_back();
                continue;
            }
            all.back().append(bytes.substr(0, next.length));
            in_record = bytes[next.length - 1] != '\n';
            bytes.remove_prefix(next.length);
            if (next.rotate_after) all.emplace_back();
        }
    }
    return all;
}

std::string record(size_t length) {
    return std::string(length - 1, 'x') + "\n";
}

}  // namespace

TEST(LogRotation, AFileEndsBeforeARecordThatDoesNotFit) {
    const auto all = record_files({record(1500) + record(1500), record(1500)}, 4096);
    EXPECT_EQ(all[0].size(), 3000u);
    EXPECT_EQ(all[1].size(), 1500u);
}

TEST(LogRotation, ARecordThatIsLargerThanAFileHasOneOfItsOwn) {
    const auto all = record_files({record(100) + record(9000) + record(100)}, 4096);
    EXPECT_EQ(all[0].size(), 100u);
    EXPECT_EQ(all[1].size(), 9000u);
    EXPECT_EQ(all[2].size(), 100u);
}

TEST(LogRotation, ARecordThatComesInPartsStaysInOneFile) {
    const std::string text = record(9000);
    const auto all = record_files({record(100) + text.substr(0, 3000), text.substr(3000)}, 4096);
    EXPECT_EQ(all[0].size(), 9100u);  // its first part fitted
}
