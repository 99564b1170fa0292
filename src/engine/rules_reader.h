// SPDX-License-Identifier: MIT
// What the administrator has set in the service.toml of each directory that has one. This knows no
// TOML: the program holdfast-rules reads the files, one process many of them. What it has written
// is accepted or refused here, and stands in `supervise` for the engines to come: `rules` what was
// accepted last, `rules.refused` what is wrong with a file that is not.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/blocking_guard.h"
#include "engine/notice.h"
#include "engine/service_dir.h"
#include "format/checks.h"
#include "format/rules.h"
#include "sys/poller.h"

namespace hf::engine {

class RulesReader {
  public:
    using Say = std::function<void(const std::string&)>;

    // What can be read is told to `poller` by `tag`, and what goes wrong to `say`.
    RulesReader(sys::Poller& poller, std::uint64_t tag, Watchdog& watchdog, Say say);
    ~RulesReader();
    RulesReader(const RulesReader&) = delete;
    RulesReader& operator=(const RulesReader&) = delete;

    const core::Rules& of(Dir dir) const noexcept;
    const core::Waits& waits_of(Dir dir) const noexcept;
    // What shows that it is ready; null: nothing that the engine could ask.
    const format::ReadyCheck* check_of(Dir dir) const noexcept;
    // Its stop command; null: it has none.
    const format::TimedCommand* stop_command_of(Dir dir) const noexcept;

    // What is called when something happens to it; null: nothing, whatever that is.
    const format::Hooks* hooks_of(Dir dir) const noexcept;

    // The pattern of the line that shows it; empty: none does.
    const std::string& ready_pattern_of(Dir dir) const noexcept;

    // As Kernel::look_at_rules(). `service` stays where it is until forget().
    core::Gate look(Dir dir, ServiceDir& service);
    void forget(Dir dir);

    // To be called before waiting: begins to read what was asked for. If that cannot be, it is
    // told.
    void begin(std::vector<Notice>& into);

    // The reader has something to say.
    void read(std::vector<Notice>& into);

    // When to call give_up(): a reader takes too long, or it is time to try again.
    std::optional<core::Time> next() const;
    void give_up_if_due(core::Time now, std::vector<Notice>& into);

  private:
    using Ticket = std::uint64_t;
    enum class State { settled, asked, failed };
    struct Accepted {
        core::Rules rules;
        core::Waits waits;
        std::optional<format::ReadyCheck> check;
        std::optional<format::TimedCommand> stop_command;
        std::string ready_pattern;
        format::Hooks hooks;
        bool operator==(const Accepted&) const = default;
    };
    static Accepted accepted_in(const format::ReadRules& read, const ServiceDir& service);
    struct Known {
        ServiceDir* service;
        State state = State::settled;
        format::FileStamp seen{};  // the file that was read, or is to be
        std::optional<Accepted> accepted{};
        Ticket ticket = 0;  // of the last time that it was asked for
        core::Duration retry_delay{};
    };
    const Accepted* accepted(Dir dir) const noexcept;
    core::Gate gate_of(Dir dir) const;
    std::optional<format::FileStamp> take_accepted(Known& known, const sys::Fd& supervise);
    bool take(Known& known, const format::FileStamp& stamp);
    void ask(Dir dir, Known& known, const format::FileStamp& stamp);
    void remove(Dir dir, Known& known);
    pid_t start();
    void answer(Ticket ticket, const std::string& trouble, std::vector<Notice>& into);
    bool accept(Dir dir, Known& known);
    void refuse(Known& known, const format::ReadRules& read);
    void fail(Dir dir, Known& known, const std::string& why);
    void end(bool is_over, std::vector<Notice>& into);
    void bury();

    sys::Poller& poller_;
    std::uint64_t tag_;
    Watchdog& watchdog_;
    Say say_;
    std::string program_;
    std::unordered_map<unsigned, Known> known_;
    std::unordered_map<Ticket, Dir> asked_;
    std::vector<Ticket> queue_;
    std::vector<Ticket> batch_;  // what the reader reads, in its order
    size_t answered_ = 0;        // ... and has read
    sys::Fd pipe_;
    pid_t reader_ = 0;
    std::vector<pid_t> ended_;  // that could not be reaped at once
    std::optional<core::Time> limit_;
    std::set<std::pair<core::Time, unsigned>> retries_;
    Ticket last_ticket_ = 0;
};

}  // namespace hf::engine
