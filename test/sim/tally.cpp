// SPDX-License-Identifier: MIT
#include "tally.h"

#include <utility>

namespace hf::test {

void Tally::check(Law law, bool kept, const std::string& whom, bool excused) {
    Count& count = counts_[static_cast<unsigned>(law)];
    ++count.checked;
    if (kept) return;
    if (!excused) throw Violation{text_of(law) + (": " + whom)};
    ++count.waived;
}

void Tally::add(const Tally& other) {
    for (size_t i = 0; i < counts_.size(); ++i) {
        counts_[i].checked += other.counts_[i].checked;
        counts_[i].waived += other.counts_[i].waived;
    }
}

const char* text_of(Law law) {
    switch (law) {
        case Law::one_process: return "two processes";
        case Law::written_before_born: return "born before it was written";
        case Law::start_in_history: return "a start is not in the history";
        case Law::restart_interval: return "restarted too soon";
        case Law::starts_by_accepted_rules: return "started without accepted rules";
        case Law::starts_by_the_last_edit: return "started by rules of before";
        case Law::starts_behind_its_needs: return "started before what it needs was good";
        case Law::stops_in_order: return "stopped before what waits for it had ended";
        case Law::ready_if_it_says: return "ready, and has not said so";
        case Law::ready_is_known: return "has said that it is ready, and nobody knows";
        case Law::status_is_state: return "the status is not the state";
        case Law::process_is_known: return "a process that is not known";
        case Law::status_before_listening: return "it listens before there is a status";
        case Law::own_processes_only: return "a stranger is signalled";
        case Law::held_directories_only: return "a directory that is not held";
        case Law::ending_is_known: return "an ending is not known";
        case Law::once_runs: return "rests and has not run";
        case Law::group_is_cleared: return "what is left of its group lives on";
        case Law::finish_follows: return "started before the finish command of the one before";
        case Law::stop_command_first: return "told to end before its stop command had run";
        case Law::written_before_buried: return "buried before it was written";
        case Law::death_counted_once: return "a death is not counted once";
        case Law::no_event_missing: return "an event is missing";
        case Law::death_in_history_once: return "a death is not once in the history";
        case Law::no_line_lost: return "lines lost";
        case Law::no_early_end_of_file: return "end of file for the logger";
        case Law::concluded_after_the_end: return "concluded while it runs";
        case Law::written_before_concluded: return "concluded before it was written";
        case Law::concluded_truly: return "concluded with what it was not";
        case Law::all_stopped: return "left running";
        case Law::all_given_back: return "still held";
        case Law::all_released: return "not released";
        case Law::all_supervised: return "not supervised";
        case Law::all_up: return "does not come up";
        case Law::all_known: return "not known in the end";
        case Law::all_buried: return "a zombie is left";
        case Law::count: break;
    }
    std::unreachable();
}

}  // namespace hf::test
