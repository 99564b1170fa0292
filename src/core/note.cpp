// SPDX-License-Identifier: MIT
#include "core/note.h"

#include <utility>

namespace hf::core {

namespace {

using Kind = Note::Kind;

Kind kind_of(ExitResult::Kind exit_result) {
    switch (exit_result) {
        case ExitResult::Kind::exited: return Kind::exited;
        case ExitResult::Kind::signaled: return Kind::signaled;
        case ExitResult::Kind::dumped: return Kind::dumped;
        case ExitResult::Kind::not_started: return Kind::not_started;
        case ExitResult::Kind::none:
        case ExitResult::Kind::unknown: return Kind::ended;
    }
    std::unreachable();
}

// Of each event what is worth a note, if anything is.
class Reporter {
  public:
    Reporter(const Service& before, const Service& after, WallTime now)
        : before_(before), after_(after), now_(now) {}

    void operator()(const Timeout&) { replacement(); }
    void operator()(const Drain&) {}
    void operator()(Gate) { replacement(); }
    void operator()(const Pull&) {}
    void operator()(const Extend&) {}
    void operator()(const Ruled&) {}
    void operator()(const StopCommandEnded&) {}
    void operator()(const Ready&) {
        if (after_.ready_since != before_.ready_since)
            add({.kind = Kind::ready, .pid = after_.process.pid});
    }
    void operator()(const Started& started) {
        if (after_.starts != before_.starts) add({.kind = Kind::started, .pid = started.pid});
        if (started.role == Role::finish && before_.state == State::finishing)
            add({.kind = Kind::finishing, .pid = started.pid});
    }
    void operator()(const StartFailed& failed) {
        if (after_.state == before_.state) return;
        if (failed.role == Role::finish)
            return finish_end({ExitResult::Kind::not_started, failed.error});
        add({.kind = Kind::not_started, .value = static_cast<std::uint32_t>(failed.error)});
    }
    void operator()(const Exited& exited) {
        const bool is_finish = exited.role == Role::finish && before_.state == State::finishing;
        if (is_finish && exited.ran) return finish_end(exited.how);
        if (after_.exits == before_.exits) return;
        add({.kind = kind_of(exited.how.kind),
             .pid = before_.process.pid,
             .value = static_cast<std::uint32_t>(exited.how.value)});
    }
    void operator()(const Command& command) {
        add({.kind = Kind::ordered, .letter = command.letter, .value = command.caller});
    }
    void operator()(const Linked&) {
        if (after_.linked == before_.linked) return;
        add({.kind = after_.linked ? Kind::linked : Kind::unlinked});
    }
    void operator()(const Shutdown&) {
        if (!before_.shutting_down) add({.kind = Kind::halted});
    }

    void finish_end(ExitResult how) {
        add({.kind = Kind::finished,
             .pid = before_.process.pid,
             .value = static_cast<std::uint32_t>(exit_code(how).value_or(0))});
    }

    void add(Note note) {
        note.at = now_;
        found.push_back(note);
    }

    std::vector<Note> found;

  private:
    void replacement() {
        if (after_.replaced == before_.replaced) return;
        add({.kind = Kind::replaced,
             .pid = after_.process.pid,
             .value = static_cast<std::uint32_t>(after_.replaced)});
    }

    const Service& before_;
    const Service& after_;
    WallTime now_;
};

}  // namespace

std::vector<Note> notes(const Service& before, const Event& event, const Service& after,
                        WallTime now) {
    Reporter reporter(before, after, now);
    std::visit(reporter, event);
    return reporter.found;
}

std::vector<Note> notes_of_taking(const Service& recorded, const Service& taken, WallTime now) {
    Reporter reporter(recorded, taken, now);
    if (has_process(recorded) && !has_process(taken))
        reporter.add({.kind = Kind::ended, .pid = recorded.process.pid});
    if (recorded.state == State::finishing && taken.state != State::finishing)
        reporter.finish_end({ExitResult::Kind::unknown, 0});
    reporter(Linked{});
    return reporter.found;
}

Outcome happen(Service& service, const Rules& rules, const Event& event, Moment now) {
    Service before = service;
    Effects effects = step(service, rules, event, now);
    return {std::move(effects), notes(before, event, service, now.wall),
            hooks(before, event, service, rules)};
}

}  // namespace hf::core
