// SPDX-License-Identifier: MIT
// Which processes have become ready, by whatever way their rules say.
#pragma once

#include <optional>
#include <vector>

#include "core/launch.h"
#include "engine/ready_checks.h"
#include "engine/ready_pipes.h"
#include "engine/ready_sockets.h"
#include "text/environment.h"

namespace hf::engine {

class Readiness {
  public:
    Readiness(const ServiceCommands::Surroundings& surroundings, std::uint64_t tag, Parent& parent,
              const ReadyChecks::Say& say)
        : pipes_(surroundings.poller, tag),
          sockets_(surroundings.poller, tag, parent, say),
          checks_(surroundings.poller, tag | of_checker,
                  ServiceCommands(surroundings, tag | of_command), say) {}

    // The end of a FIFO for a process that is about to be started. Throws.
    sys::Fd pipe(Dir dir, ServiceDir& service) { return pipes_.make(dir, service); }

    // The environment of one; valid until the next. Throws.
    char* const* environment(Dir dir, ServiceDir& service, const core::Launch& launch,
                             const core::Run& run) {
        if (!launch.notifies) {
            sockets_.forget(dir);
            return environ;
        }
        environment_.emplace(environ).set("NOTIFY_SOCKET", sockets_.make(dir, service, run));
        variables_ = environment_->block();
        return variables_.data();
    }

    // It was started, or was there; `check` shows that it is ready, if there is one.
    void started(Dir dir, ServiceDir& service, core::Pid pid, const format::ReadyCheck* check) {
        sockets_.started(dir, pid);
        if (check != nullptr) checks_.begin(dir, service, pid, *check);
    }
    void claimed(Dir dir, ServiceDir& service, core::Pid pid) {
        sockets_.resume(dir, service, pid);
    }
    void resume(Dir dir, ServiceDir& service, const core::Run& run, const core::Rules& rules,
                const format::ReadyCheck* check) {
        if (rules.notifies) return sockets_.renew(dir, service, run);
        if (check != nullptr) return checks_.begin(dir, service, run.pid, *check);
        pipes_.resume(dir, service, run.pid);
    }
    void forget(Dir dir) {
        pipes_.forget(dir);
        sockets_.forget(dir);
        checks_.forget(dir);
    }

    std::optional<core::Event> next_said(Dir dir, bool is_recorded) {
        if (pipes_.has_said(dir) || checks_.has_said(dir)) return core::Ready{};
        return sockets_.next_said(dir, is_recorded);
    }

    // What the poller has told by the tag and this number.
    void read(unsigned number, std::vector<Notice>& into) {
        if (number == of_checker) return checks_.read(into);
        if ((number & of_command) != 0) return checks_.read_command(Dir(number ^ of_command), into);
        sockets_.told(Dir(number));
        into.push_back(ReadySaid{Dir(number)});
    }

    std::optional<core::Time> next() const { return checks_.next(); }
    void ask_if_due(core::Time now, const std::vector<Notice>& happened) {
        for (const Notice& each : happened) {
            if (const auto* death = std::get_if<Death>(&each)) checks_.ended(death->pid);
        }
        checks_.ask_if_due(now);
    }

  private:
    // No directory has so high a number.
    static constexpr unsigned of_command = 1U << 31;
    static constexpr unsigned of_checker = ~0U;
    ReadyPipes pipes_;
    ReadySockets sockets_;
    ReadyChecks checks_;
    std::optional<text::Environment> environment_;
    std::vector<char*> variables_;
};

}  // namespace hf::engine
