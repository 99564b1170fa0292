// SPDX-License-Identifier: MIT
// One automatically rotated log directory: `current` and its rotation. What is appended is either
// in `current` after flush(), or, once a stop was asked for in the midst of trouble, abandoned():
// then the journal keeps it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "log/ageing.h"
#include "log/archives.h"
#include "log/compressor.h"
#include "log/processor.h"
#include "log/read_journal.h"

namespace hf::log {

// What a directory needs of the logger it belongs to.
class JournalOwner {
  public:
    virtual ~JournalOwner() = default;
    // Notes in the journal which file holds what: around each rotation.
    virtual void record_cursors() = 0;
    // Finds out which processors have ended, of any directory.
    virtual void reap_children() = 0;
};

class LogDir {
  public:
    // Whether a file may end within a line, where that is long, or has whole records only.
    enum class Files { any_bytes, whole_records };

    // Opens and locks the directory; throws what multilog says at its start.
    LogDir(const Directory& directory, Files files, Retry& retry, JournalOwner& owner);

    // What the journal of a killed multilog says of this directory; before open().
    void resume_at(const DirCursor& cursor);
    // Recovers what a crash left and opens `current`.
    void open();

    // Takes more of the stream. `bytes` must stay where they are until the next flush().
    void append(std::string_view bytes) {
        if (bytes.data() == run_.data() + run_.size()) {
            run_ = {run_.data(), run_.size() + bytes.size()};
        } else {
            gather(bytes);
        }
    }
    void flush();

    void rotate();   // by order, if there is anything in `current`
    void run_due();  // starts what is due: processor, ageing
    bool reap(pid_t child, int status);
    std::optional<Clock::time_point> deadline() const;

    // A new read begins; what follows from the one before is all flushed. `in_line`: the line that
    // it goes on with is one that this directory takes. False if the directory is another than
    // before: the old one was deleted.
    bool begin_read(bool in_line);
    const DirCursor& cursor() const { return cursor_; }
    bool is(const DirCursor& cursor) const;
    int directory() const { return archives_.directory(); }

    // What can be written before trouble begins: what a reader without a journal may ask for.
    uint64_t writable_bytes() const { return archives_.writable_bytes(); }
    std::string current_path() const { return archives_.path("current"); }

    bool abandoned() const { return abandoned_; }
    bool processor_done() const { return !processor_ || processor_->all_done(); }
    // Syncs and marks `current` as complete.
    void close();

  private:
    void gather(std::string_view bytes);
    void store(std::string_view bytes);
    bool write(std::string_view bytes);
    bool finish_current();
    bool make_current();
    bool try_to_make_current();
    bool has_current() const;
    bool look_at_current();
    bool make_way();
    void wait_for_processor();
    bool take(Step step);
    void mend_last_line();
    void find_known_file();
    bool empty_state();
    void append_to_current();
    bool lock();
    bool identify();
    bool open_current();

    DirectoryRules rules_;
    Archives archives_;
    JournalOwner& owner_;
    std::optional<Processor> processor_;
    std::optional<Compressor> compressor_;
    Ageing ageing_;
    sys::Fd lock_;
    DirCursor cursor_;
    sys::Fd current_;
    uint64_t skip_ = 0;     // bytes still to come that a killed multilog has stored
    bool resumed_ = false;  // resume_at() was called
    bool whole_records_;
    bool in_record_ = false;        // `current` ends within one
    bool rotation_wanted_ = false;  // as soon as that has ended
    bool made_again_ = false;       // the directory, since the last read
    bool abandoned_ = false;
    Clock::time_point looked_at_{};  // `current`: whether it still has that name
    std::string buffer_;             // gathered from several places, older than
    std::string_view run_;           // bytes in one piece, not copied
};

}  // namespace hf::log
