// SPDX-License-Identifier: MIT
// Which processes have become ready, by whatever way their rules say.
#pragma once

#include <optional>
#include <vector>

#include "engine/ready_checks.h"
#include "engine/ready_pipes.h"

namespace hf::engine {

class Readiness {
  public:
    Readiness(sys::Poller& poller, std::uint64_t tag, const ReadyChecks::Say& say)
        : pipes_(poller, tag), checks_(poller, tag | of_checker, say) {}

    // The end of a FIFO for a process that is about to be started. Throws.
    sys::Fd pipe(Dir dir, ServiceDir& service) { return pipes_.make(dir, service); }

    // It was started, or was there; `check` shows that it is ready, if there is one.
    void started(Dir dir, core::Pid pid, const format::Check* check) {
        if (check != nullptr) checks_.begin(dir, pid, *check);
    }
    void resume(Dir dir, ServiceDir& service, core::Pid pid, const format::Check* check) {
        if (check != nullptr) return checks_.begin(dir, pid, *check);
        pipes_.resume(dir, service, pid);
    }
    void forget(Dir dir) {
        pipes_.forget(dir);
        checks_.forget(dir);
    }

    bool has_said(Dir dir) { return pipes_.has_said(dir) || checks_.has_said(dir); }

    // What the poller has told by the tag and this number.
    void read(unsigned number, std::vector<Notice>& into) {
        if (number == of_checker) return checks_.read(into);
        into.push_back(ReadySaid{Dir(number)});
    }

    std::optional<core::Time> next() const { return checks_.next(); }
    void ask_if_due(core::Time now) { checks_.ask_if_due(now); }

  private:
    static constexpr unsigned of_checker = ~0U;  // no directory
    ReadyPipes pipes_;
    ReadyChecks checks_;
};

}  // namespace hf::engine
