// SPDX-License-Identifier: MIT
// The bytes that were read and are not yet safely in a log file. The buffer is a shared mapping of
// the file `journal` in a log directory: what read(2) puts there outlives a kill -9, and the next
// multilog goes on with it. Before each read the header says, in one write(2), how far every
// directory is and how many bytes are asked for, and puts 16 random bytes where they will land:
// whether the read took place is seen from the bytes alone. Only the kernel writes to the mapping,
// so a full disk is an error that can be handled and never a SIGBUS.
//
// A journal counts only within one boot: the cache of files survives a process, not a power cut.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sys/fd.h"

namespace hf::log {

constexpr size_t inbox_room = 64 * 1024;  // bytes of one read: all that a pipe usually holds
constexpr size_t first_room = 2 * 1024;   // the same in a journal until more comes at once
constexpr size_t most_held = 1000;        // bytes of an unfinished line that wait for its end

// How far one directory had come when the header was written.
struct Place {
    uint64_t device = 0;  // of the directory: tells which one it is
    uint64_t directory = 0;
    uint64_t file = 0;     // inode of `current`
    uint64_t size = 0;     // and its size
    uint64_t done = 0;     // bytes of what follows from this read that are in files already
    uint64_t in_line = 0;  // the line that was cut by the read before is one it takes
};
constexpr size_t most_places = 18;

// What a read belongs to.
struct ReadState {
    int64_t held_time = 0;  // when the held bytes came (wall clock, ns)
    int64_t time = 0;       // and those of this read
    bool in_line = false;   // the bytes continue a line of which a part is written
};

class Inbox {
  public:
    Inbox();  // without a file: plain memory
    Inbox(const Inbox&) = delete;
    Inbox& operator=(const Inbox&) = delete;
    ~Inbox();

    // Uses the journal in `directory`: one that a killed multilog left, or, if `create`, a new one.
    // False if there is none and it cannot be made, which is no error: the disk may be full.
    bool attach(int directory, bool create);
    bool attached() const { return static_cast<bool>(file_); }
    // What the journal holds, right after attach(): nothing, or a read to be gone through again.
    bool has_unfinished() const { return unfinished_; }
    std::span<const Place> places() const { return {header_.places.data(), header_.place_count}; }
    const ReadState& state() const { return header_.state; }

    // Takes over `held` (the end of the bytes of the last read) and says that at most `most` bytes
    // are to be read now. A journal that cannot be written is given up.
    void begin(std::string_view held, size_t most, const ReadState& state,
               std::span<const Place> places);
    // Says anew how far the directories are, within the same read.
    void update(std::span<const Place> places);
    // The read that begin() announced. -1 with errno set on failure.
    ssize_t read(int fd);
    // The held bytes and what was read.
    std::string_view bytes() const;
    size_t held() const { return header_.held; }

    // Everything is written: the file goes.
    void remove();

  private:
    struct Header {
        std::array<char, 8> magic{};
        std::array<char, 40> boot{};
        std::array<unsigned char, 16> nonce{};
        uint32_t held = 0;
        uint32_t asked = 0;
        uint64_t place_count = 0;
        ReadState state;
        std::array<Place, most_places> places{};
    };
    static constexpr size_t held_at = 1024;  // the held bytes end where the read begins
    static constexpr size_t data_at = 2048;
    static constexpr size_t mapped_size = data_at + inbox_room;
    static_assert(sizeof(Header) <= held_at && data_at - held_at >= most_held);

    bool map(int fd);
    bool allocate(size_t room);
    bool adopt();
    void set_places(std::span<const Place> places);

    sys::Fd file_;
    int directory_ = -1;
    char* memory_ = nullptr;
    size_t got_ = 0;
    size_t room_ = inbox_room;
    bool unfinished_ = false;
    uint64_t random_ = 0;
    Header header_;
};

}  // namespace hf::log
