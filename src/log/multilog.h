// SPDX-License-Identifier: MIT
// The logger: reads standard input into the journal, sends it through the router, obeys signals and
// looks after processors; one loop that sleeps while nothing happens.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "log/log_dir.h"
#include "log/read_journal.h"
#include "log/router.h"
#include "log/script.h"

namespace hf::log {

class Multilog : public JournalOwner {
  public:
    // Prepares everything; throws what multilog says when it cannot start.
    explicit Multilog(const Script& script);

    // Until the input ends or TERM comes. Throws if the input cannot be read, after all that was
    // read is written. False if bytes were lost: a stop in the midst of trouble, without a journal.
    bool run();

  private:
    enum class Input { more, none, ended, failed };

    void record_cursors() override;
    void reap_children() override;

    void open_journal();
    void open_directories();
    std::vector<DirCursor> cursors() const;
    void begin_read(size_t most);
    void go_through_again();
    void serve();
    bool wait();              // true: there may be something to read
    Input read(size_t most);  // and route and flush
    size_t available() const;
    size_t affordable();
    void finish_line();
    Clock::time_point stop_by();  // fixed by the first call, which comes after TERM
    void tend_until_child();
    void wait_for_processors();
    bool gave_up() const;
    bool close();

    Signals signals_;
    Retry retry_;
    ReadJournal journal_;
    std::vector<std::unique_ptr<LogDir>> directories_;
    std::unique_ptr<Router> router_;
    std::string_view held_;  // in the journal: the start of a line
    int64_t held_time_ = 0;  // when it came
    ReadState times_;        // of the last read
    bool input_is_pipe_ = false;
    int read_error_ = 0;
    std::optional<Clock::time_point> stop_by_;
};

}  // namespace hf::log
