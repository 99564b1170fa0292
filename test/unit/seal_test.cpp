// SPDX-License-Identifier: MIT
#include "format/seal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "format/bytes.h"
#include "format/status.h"

namespace hf::format {
namespace {

const Seal ours{{1, 2}, {3, 4}};
using File = std::vector<std::byte>;

File unsealed() {
    File file(status_file_size);
    std::ranges::copy(encode(Record{}), file.begin());
    return file;
}

File sealed() {
    File file = unsealed();
    put(file, seal_at, seal_of(std::span(file).first(record_size), ours));
    return file;
}

// Of the test vectors that the authors of SipHash give.
TEST(Seal, TheHashIsSipHash) {
    const SealKey key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
    File bytes(63);
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = std::byte(i);
    EXPECT_EQ(0x726fdb47dd0e0e31U, siphash(key, {}));
    EXPECT_EQ(0x93f5f5799a932462U, siphash(key, std::span(bytes).first(8)));
    EXPECT_EQ(0xa129ca6149be45e5U, siphash(key, std::span(bytes).first(15)));
    EXPECT_EQ(0x958a324ceb064572U, siphash(key, bytes));
}

TEST(Seal, AFileIsKnownAgain) {
    EXPECT_TRUE(is_sealed(sealed(), ours));
}

TEST(Seal, NobodyElsesIs) {
    EXPECT_FALSE(is_sealed(unsealed(), ours));
    EXPECT_FALSE(is_sealed(File{}, ours));
    EXPECT_FALSE(is_sealed(sealed(), {{1, 3}, {3, 4}}));
    EXPECT_FALSE(is_sealed(sealed(), {{1, 2}, {3, 5}})) << "of another directory";
}

TEST(Seal, WithoutAKeyNothingIs) {
    File file = unsealed();
    put(file, seal_at, seal_of(std::span(file).first(record_size), {{}, {3, 4}}));
    EXPECT_FALSE(is_sealed(file, {{}, {3, 4}}));
}

TEST(Seal, EveryByteOfTheRecordCounts) {
    for (size_t i = 0; i < record_size; ++i) {
        File file = sealed();
        file[i] ^= std::byte{1};
        EXPECT_FALSE(is_sealed(file, ours)) << i;
    }
}

TEST(Seal, TheHistoryIsNotSealed) {
    File file = sealed();
    file[our_history.at] ^= std::byte{1};
    EXPECT_TRUE(is_sealed(file, ours));
}

}  // namespace
}  // namespace hf::format
