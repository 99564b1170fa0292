// SPDX-License-Identifier: MIT
// What a person expects of a service and its logger who sees the processes, the pipe between them,
// what is written to disk, and who holds which directory. Written without a look at core/bonds.cpp.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "core/bonds.h"

namespace hf::test {

// The two directories.
enum class Place : unsigned { service, log };

// Who supervises them: the service, its logger, and a former logger that reads to its end.
struct Party {
    std::optional<core::UnitId> service{};
    std::optional<core::UnitId> logger{};
    std::optional<core::UnitId> former{};
};

class PairExpectation {
  public:
    bool alive(Place place) const { return at(place).alive; }

    static constexpr core::Dir dir_of(Place place) {
        return core::Dir(static_cast<unsigned>(place));
    }

    // What happens; empty: nothing is wrong with it.
    void opened() { pipe_is_open_ = true; }
    std::string started(Place place, const core::Launch& launch, const Party& party, bool has_log);
    void start_failed(Place place);
    void exited(Place place);
    void stop_requested_at(Place place) { at(place).is_unsaved = at(place).is_unended = true; }
    void taken(Place place, bool is_new);
    void engine_died();

    // What is wrong with doing that for the unit that holds `place` or, if `is_former` or nobody
    // holds it, for one beside it; empty: nothing. `party` is who there was before.
    std::string action(const core::Action& action, const core::Units& units, const Party& party,
                       bool has_log, bool halting);

    // What is wrong when nothing is left to do; empty: nothing.
    std::string at_rest(const core::Units& units, const Party& party, bool has_log) const;

    void add_to_key(auto add) const {
        add(pipe_is_open_);
        add(writes_to_log_);
        add(is_told_to_drain_);
        for (const Directory& each : directories_) add(each.alive);
        add(log_start_failed_);
    }

  private:
    struct Directory {
        bool alive = false;  // its process
        bool is_unsaved = false;
        bool is_unended = true;  // something has happened since its end was written down, if it was
    };
    Directory& at(Place place) { return directories_.at(static_cast<size_t>(place)); }
    const Directory& at(Place place) const { return directories_.at(static_cast<size_t>(place)); }

    std::string saved(Place place, bool is_end, const core::Unit& unit);
    std::string closed(const core::Units& units, const Party& party, bool has_log);
    std::string drained(core::UnitId logger, const core::Units& units, const Party& party);
    std::string given_back(Place place, const core::Units& units, const Party& party);
    std::string parted(bool again, core::UnitId id, const core::Units& units, const Party& party,
                       bool halting);
    bool will_read(const core::Units& units, const Party& party) const;
    std::string service_at_rest(const core::Units& units, const Party& party, bool has_log) const;
    std::string logger_at_rest(const core::Unit& logger, bool is_former) const;

    std::array<Directory, 2> directories_{};
    bool pipe_is_open_ = false;      // by the engine
    bool writes_to_log_ = false;     // the service's process
    bool log_start_failed_ = false;  // the last time
    bool is_told_to_drain_ = false;  // the logger that holds its directory
};

}  // namespace hf::test
