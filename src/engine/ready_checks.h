// SPDX-License-Identifier: MIT
// Services of which a check shows that they are ready: the engine says when, holdfast-checker does
// it. That runs while there is anything to check. If it dies, nothing is known of what it was at,
// and another is started: nobody is punished for that.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/helper.h"
#include "engine/notice.h"
#include "format/checks.h"
#include "sys/poller.h"

namespace hf::engine {

class ReadyChecks {
  public:
    using Say = std::function<void(const std::string&)>;

    // What the checker says is told to `poller` by `tag`, and what goes wrong to `say`.
    ReadyChecks(sys::Poller& poller, std::uint64_t tag, Say say);
    ~ReadyChecks();
    ReadyChecks(const ReadyChecks&) = delete;
    ReadyChecks& operator=(const ReadyChecks&) = delete;

    // The process `pid` of `dir`: first in a moment, then less and less often, up to once a second,
    // until it is ready or has ended.
    void begin(Dir dir, core::Pid pid, const format::Check& check);
    void forget(Dir dir);

    // Whether it was found ready: true once.
    bool has_said(Dir dir);

    // The checker has said something.
    void read(std::vector<Notice>& into);

    // When to call ask_if_due().
    std::optional<core::Time> next() const;
    void ask_if_due(core::Time now);

  private:
    struct Waiting {
        core::Pid pid;
        format::Check check;  // its ID: of the question that is on its way; 0: none is
        core::Duration pause;
        core::Time due;
        bool is_ready = false;
    };
    void ask(Waiting& waiting, core::Time now);
    bool start();
    void stop();
    void say_once(const std::string& line);
    void answer(const format::CheckAnswer& answer, std::vector<Notice>& into);

    sys::Poller& poller_;
    std::uint64_t tag_;
    Say say_;
    std::string program_;
    std::unordered_map<unsigned, Waiting> waiting_;
    Helper helper_;
    std::string heard_;                   // of a line that is not whole yet
    std::optional<core::Time> again_at_;  // it could not be started, or has died
    bool was_said_ = false;
    std::uint64_t last_id_ = 0;
};

}  // namespace hf::engine
