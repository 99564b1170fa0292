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
#include "log/inbox.h"
#include "log/processor.h"

namespace hf::log {

// What a directory needs of the logger it belongs to.
class Host {
  public:
    virtual ~Host() = default;
    // Notes in the journal which file holds what: around each rotation.
    virtual void record_places() = 0;
    // Finds out which processors have ended, of any directory.
    virtual void reap_children() = 0;
};

class LogDir {
  public:
    // Opens and locks the directory; throws what multilog says at its start.
    LogDir(const Directory& directory, Patience& patience, Host& host);

    // What the journal of a killed multilog says of this directory; before open().
    void set_place(const Place& place);
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

    void rotate();  // by order, if there is anything in `current`
    void tend();    // starts what is due: processor, ageing
    bool reap(pid_t child, int status);
    std::optional<Clock::time_point> deadline() const;

    // A new read begins; what follows from the one before is all flushed.
    void begin_read() {
        done_ = 0;
        skip_ = 0;
    }
    Place place() const;
    bool is(const Place& place) const;
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
    void wait_for_processor();
    bool take(Step step);
    void mend_last_line();
    void find_known_file();
    bool empty_state();
    void append_to_current();
    void lock();

    DirectoryRules rules_;
    Archives archives_;
    Host& host_;
    std::optional<Processor> processor_;
    std::optional<Compressor> compressor_;
    Ageing ageing_;
    sys::Fd lock_;
    Place identity_;  // of the directory
    sys::Fd current_;
    uint64_t inode_ = 0;
    uint64_t size_ = 0;
    uint64_t done_ = 0;     // bytes stored since begin_read()
    uint64_t skip_ = 0;     // bytes still to come that a killed multilog has stored
    bool resumed_ = false;  // set_place() was called
    bool abandoned_ = false;
    std::string buffer_;    // gathered from several places, older than
    std::string_view run_;  // bytes in one piece, not copied
};

}  // namespace hf::log
