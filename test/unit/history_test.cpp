// SPDX-License-Identifier: MIT
#include "format/history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "format/letters.h"

using namespace hf::format;
using namespace hf::core;
using namespace std::chrono_literals;

namespace {

Note a_note(std::uint32_t number) {
    return {.number = number,
            .kind = Note::Kind::ordered,
            .letter = 'd',
            .at = WallTime(1'700'000'000s + 123'456'500ns),
            .pid = Pid(4711),
            .value = 1000};
}

class File {
  public:
    void write(const Note& event) {
        size_t at = place_of(event.number);
        if (bytes.size() < at + note_size) bytes.resize(at + note_size);
        std::ranges::copy(encode(event), bytes.begin() + static_cast<std::ptrdiff_t>(at));
    }
    std::vector<std::byte> bytes;
};

std::vector<std::uint32_t> numbers(const File& file) {
    std::vector<std::uint32_t> result;
    for (const Note& event : history(file.bytes)) result.push_back(event.number);
    return result;
}

}  // namespace

TEST(History, AnEventComesBackAsItWas) {
    File file;
    file.write(a_note(1));
    EXPECT_EQ(history(file.bytes), std::vector{a_note(1)});
}

TEST(History, FillsThePageAndThenForgetsTheOldest) {
    File file;
    for (std::uint32_t n = 1; n <= our_history.slots; ++n) file.write(a_note(n));
    EXPECT_EQ(file.bytes.size(), status_file_size);
    file.write(a_note(our_history.slots + 1));
    EXPECT_EQ(file.bytes.size(), 4096U);
    auto left = numbers(file);
    EXPECT_EQ(left.size(), our_history.slots);
    EXPECT_EQ(left.front(), 2U);
    EXPECT_EQ(left.back(), our_history.slots + 1U);
    EXPECT_TRUE(std::ranges::is_sorted(left));
}

TEST(History, LeavesOutWhatIsTorn) {
    File file;
    for (std::uint32_t n = 1; n <= 3; ++n) file.write(a_note(n));
    for (size_t at = place_of(2); at < place_of(2) + note_size; ++at) {
        File torn = file;
        torn.bytes[at] ^= std::byte{1};
        EXPECT_EQ(numbers(torn), (std::vector<std::uint32_t>{1, 3})) << at;
    }
    file.bytes.resize(place_of(3) + note_size - 1);
    EXPECT_EQ(numbers(file), (std::vector<std::uint32_t>{1, 2}));
}

TEST(History, LeavesOutWhatStandsInAnotherSlot) {
    File file;
    file.write(a_note(1));
    file.write(a_note(2));
    std::copy_n(file.bytes.begin() + place_of(1), note_size, file.bytes.begin() + place_of(2));
    EXPECT_EQ(numbers(file), (std::vector<std::uint32_t>{1}));
}

TEST(History, KeepsWhatALaterVersionHasWritten) {
    File file;
    Note note = a_note(1);
    note.kind = Note::Kind('Z');
    file.write(note);
    EXPECT_EQ(history(file.bytes), std::vector{note});
}

TEST(History, OfDaemontoolsThereIsNone) {
    EXPECT_TRUE(history(std::vector<std::byte>(18)).empty());
    EXPECT_TRUE(history(std::vector<std::byte>(4096)).empty());
}

TEST(History, TheNewbornCompletesItsStart) {
    Note start{.number = 7, .kind = Note::Kind::started};
    NoteBytes bytes = encode(start);
    stamp(bytes, Pid(99), a_note(1).at);
    start.pid = Pid(99);
    start.at = a_note(1).at;
    EXPECT_EQ(bytes, encode(start));
}

TEST(Letters, AnAnnouncementHoldsUntilTheNext) {
    std::string bytes = "u" + sender_prefix(1000) + "dx" + sender_prefix(4'294'967'294U) + "t";
    std::vector<Letter> expected{
        {'u', unknown_caller}, {'d', 1000}, {'x', 1000}, {'t', 4'294'967'294U}};
    EXPECT_EQ(letters(bytes), expected);
}

TEST(Letters, AnAnnouncementHasNoLetters) {
    for (std::uint32_t user : {0U, 1U, 117U, 4'294'967'295U}) {
        EXPECT_EQ(sender_prefix(user).size(), 5U);
        EXPECT_TRUE(letters(sender_prefix(user)).empty());
    }
}

TEST(Letters, AHalfAnnouncementIsIgnored) {
    std::string half = sender_prefix(1000).substr(0, 3);
    EXPECT_EQ(letters(half + "d"), (std::vector<Letter>{{'d', unknown_caller}}));
    EXPECT_EQ(letters(half + "d" + sender_prefix(7) + "u"),
              (std::vector<Letter>{{'d', unknown_caller}, {'u', 7}}));
}
