// SPDX-License-Identifier: MIT
// The bytes that were read and are not yet safely in a log file. The buffer is a shared mapping of
// the file `journal` in a log directory: what read(2) puts there outlives a kill -9, and the next
// multilog goes on with it. Three belong together: the journal has the bytes, one DirCursor a
// directory says how much of them it has, and Multilog goes through them again.
//
//     0         1024         data_at                      data_at + asked
//     | header  |   ... held | what the read brings       |
//     +---------+------------+----------------------------+
//       nonce                  the nonce stands here until the read has taken place
//
// One read, and what a kill in each of its steps leaves:
//
//   1 begin()    one write(2): the header (how far each directory is: done 0; how many bytes are
//                asked for; 16 random bytes, the nonce), the held bytes, and the nonce once more
//                where the bytes will land.
//                Before: the read before, all of it stored; it is passed over again by its `done`.
//                After: nothing was read, which the nonce shows; only the held bytes come again.
//   2 read()     the kernel takes bytes from the pipe and puts them into the mapping in one call.
//                After: they come again, and nothing of them is stored.
//   3 store      each directory appends to `current`; size - (size in the header) bytes are there.
//                After: the file itself says how much it has. A torn line at its end is cut off,
//                and comes again whole. The rest follows.
//   4 rotation   update() before and after it writes `done` and the file that counts: a kill in
//                between finds that file by its inode, whatever it is called by then.
//   5 1 again    what is left is the start of a line (held), or nothing.
//
// Bytes come again as they came at first: the router is deterministic over bytes, held bytes and
// the two times in the header. Only the kernel writes to the mapping, so a full disk is an error
// that can be handled and never a SIGBUS.
//
// A journal counts only within one boot: the cache of files survives a process, not a power cut.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sys/fd.h"

namespace hf::log {

constexpr size_t read_room = 64 * 1024;  // bytes of one read: all that a pipe usually holds
constexpr size_t first_room = 2 * 1024;  // the same in a journal until more comes at once
constexpr size_t most_held = 32 * 1024;  // bytes of an unfinished line that wait for its end

// How far one directory is within a read. LogDir keeps it, the journal's header has a copy.
struct DirCursor {
    uint64_t device = 0;  // of the directory: tells which one it is
    uint64_t directory = 0;
    uint64_t file = 0;     // inode of `current`
    uint64_t size = 0;     // and its size
    uint64_t done = 0;     // bytes of what follows from this read that are in files already
    uint64_t in_line = 0;  // the line that was cut by the read before is one it takes
};
constexpr size_t most_cursors = 18;

// What a read belongs to.
struct ReadState {
    int64_t held_time = 0;  // when the held bytes came (wall clock, ns)
    int64_t time = 0;       // and those of this read
    bool in_line = false;   // the bytes continue a line of which a part is written
};

class ReadJournal {
  public:
    ReadJournal();  // without a file: plain memory
    ReadJournal(const ReadJournal&) = delete;
    ReadJournal& operator=(const ReadJournal&) = delete;
    ~ReadJournal();

    // Uses the journal in `directory`: one that a killed multilog left, or, if `create`, a new one.
    // False if there is none and it cannot be made, which is no error: the disk may be full. Bytes
    // that were read before are gone.
    bool attach(int directory, bool create);
    bool attached() const { return static_cast<bool>(file_); }
    // What the journal holds, right after attach(): nothing, or a read to be gone through again.
    bool has_unfinished() const { return unfinished_; }
    std::span<const DirCursor> cursors() const {
        return {header_.cursors.data(), header_.cursor_count};
    }
    const ReadState& state() const { return header_.state; }

    // Takes over `held` (the end of the bytes of the last read) and says that at most `most` bytes
    // are to be read now. A journal that cannot be written is given up.
    void begin(std::string_view held, size_t most, const ReadState& state,
               std::span<const DirCursor> cursors);
    // Says anew how far the directories are, within the same read.
    void update(std::span<const DirCursor> cursors);
    // The read that begin() announced. -1 with errno set on failure.
    ssize_t read(int fd);
    // The held bytes and what was read.
    std::string_view bytes() const;
    size_t held() const { return header_.held; }

    // Everything is written: the file goes.
    void remove();

  private:
    static constexpr size_t held_at = 1024;
    static constexpr size_t usual_data_at = 2048;
    static constexpr size_t mapped_size = held_at + most_held + read_room;

    struct Header {
        std::array<char, 8> magic{};
        std::array<char, 40> boot{};
        std::array<unsigned char, 16> nonce{};
        uint32_t held = 0;
        uint32_t asked = 0;
        uint64_t cursor_count = 0;
        ReadState state;
        std::array<DirCursor, most_cursors> cursors{};
        uint64_t data_at = usual_data_at;  // the held bytes end where the read begins; 0: as usual
    };
    static_assert(sizeof(Header) <= held_at);

    bool map(int fd);
    bool allocate(size_t size);
    bool adopt();
    bool write_header(std::string_view held);
    void give_up();
    void set_cursors(std::span<const DirCursor> cursors);
    size_t room() const { return std::min(size_ - header_.data_at, read_room); }

    sys::Fd file_;
    int directory_ = -1;
    char* memory_ = nullptr;
    size_t got_ = 0;
    size_t size_ = mapped_size;  // that may be used
    bool unfinished_ = false;
    uint64_t random_ = 0;
    Header header_;
    std::string page_;  // what one begin() writes
};

}  // namespace hf::log
