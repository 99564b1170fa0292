// SPDX-License-Identifier: MIT
// Services of which a check shows that they are ready: the engine says when, and holdfast-checker,
// or a command, does it. The checker runs while there is anything to check. If it dies, or the
// command is not heard of any more, nothing is known, and it is tried again: nobody is punished for
// that. What a check has found last stands in supervise/said, for people.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/helper.h"
#include "engine/notice.h"
#include "engine/service_commands.h"
#include "engine/service_dir.h"
#include "format/rules.h"
#include "sys/poller.h"

namespace hf::engine {

class ReadyChecks {
  public:
    using Say = std::function<void(const std::string&)>;

    // What the checker says is told to `poller` by `tag`, and what goes wrong to `say`.
    ReadyChecks(sys::Poller& poller, std::uint64_t tag, ServiceCommands commands, Say say);
    ~ReadyChecks();
    ReadyChecks(const ReadyChecks&) = delete;
    ReadyChecks& operator=(const ReadyChecks&) = delete;

    // The process `pid` of `dir`: first in a moment, then less and less often, up to once a second,
    // until it is ready or has ended.
    void begin(Dir dir, ServiceDir& service, core::Pid pid, const format::ReadyCheck& check);
    void forget(Dir dir);

    // Whether it was found ready: true once.
    bool has_said(Dir dir);

    // The checker, or a command, has said something.
    void read(std::vector<Notice>& into);
    void read_command(Dir dir, std::vector<Notice>& into);

    // The process has ended: its command is of no use any more.
    void ended(core::Pid pid);

    // When to call ask_if_due().
    std::optional<core::Time> next() const;
    void ask_if_due(core::Time now);

  private:
    struct Waiting {
        ServiceDir* service;
        core::Pid pid;
        format::ReadyCheck check;
        core::Duration pause;
        core::Time due;
        std::uint64_t asked = 0;  // the ID of the question that is on its way; 0: none is
        bool is_ready = false;
        std::string found{};           // last, for people
        bool is_found_written = true;  // `found` is
    };
    void ask(Dir dir, Waiting& waiting, core::Time now);
    bool ask_checker(const format::Check& check, std::uint64_t id);
    bool run(Dir dir, Waiting& waiting, const format::TimedCommand& command);
    bool start();
    void stop();
    void say_once(const std::string& line);
    void answer(const format::CheckAnswer& answer, std::vector<Notice>& into);
    static void take(Dir dir, Waiting& waiting, const format::CheckAnswer& answer,
                     std::vector<Notice>& into);

    sys::Poller& poller_;
    std::uint64_t tag_;
    Say say_;
    std::string program_;
    ServiceCommands commands_;
    std::unordered_map<unsigned, Waiting> waiting_;
    Helper helper_;
    std::string heard_;                   // of a line that is not whole yet
    std::optional<core::Time> again_at_;  // it could not be started, or has died
    bool was_said_ = false;
    std::uint64_t last_id_ = 0;
};

}  // namespace hf::engine
