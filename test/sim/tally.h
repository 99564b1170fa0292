// SPDX-License-Identifier: MIT
// The laws of the simulated world, and how often each was checked. A call that has failed may
// excuse what cannot be kept without it; that is counted, too, so that excuses cannot become the
// rule.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace hf::test {

// A law was broken.
struct Violation {
    std::string what;
};

enum class Law : unsigned {
    one_process,
    written_before_born,
    start_in_history,
    restart_interval,
    starts_by_accepted_rules,
    starts_by_the_last_edit,
    starts_behind_its_needs,
    stops_in_order,
    ready_if_it_says,
    ready_is_known,
    status_is_state,
    process_is_known,
    status_before_listening,
    own_processes_only,
    held_directories_only,
    ending_is_known,
    once_runs,
    group_is_cleared,
    finish_follows,
    stop_command_first,
    written_before_buried,
    death_counted_once,
    no_event_missing,
    death_in_history_once,
    no_line_lost,
    no_early_end_of_file,
    concluded_after_the_end,
    written_before_concluded,
    concluded_truly,
    all_stopped,
    all_given_back,
    all_released,
    all_supervised,
    all_up,
    all_known,
    all_buried,
    count,
};

class Tally {
  public:
    struct Count {
        std::uint64_t checked = 0;
        std::uint64_t waived = 0;  // it was not kept, and a call had failed
    };

    // Throws Violation if the law is not `kept` for `whom`, unless that is `excused`.
    void check(Law law, bool kept, const std::string& whom, bool excused = false);

    void add(const Tally& other);
    const Count& of(Law law) const { return counts_[static_cast<unsigned>(law)]; }

  private:
    std::array<Count, static_cast<unsigned>(Law::count)> counts_{};
};

// What is said when it is broken.
const char* text_of(Law law);

}  // namespace hf::test
