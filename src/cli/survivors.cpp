// SPDX-License-Identifier: MIT
#include "cli/survivors.h"

#include "diagnose/port_owner.h"
#include "program/tool.h"

namespace hf::cli {

using namespace control;
using namespace diagnose;
using namespace inspect;

void kill_late(Control& control, const WatchedService& service) {
    program::warn(service.name + " has not exited in time: killing it");
    send_letters(control, service, "k");
}

std::vector<Process> warn_of_survivors(const ServiceView& view, pid_t session) {
    auto survivors = lasting_survivors_of(view, session);
    const Subject service = subject("", view.path, 0);
    if (survivors.empty() && !view.up()) {
        const Processes processes;
        const Process* copy = copy_left_behind(service, processes);
        if (copy != nullptr) survivors.push_back(*copy);
    }
    if (survivors.empty()) return survivors;
    std::string remedy = service.launch && leaves_copies(*service.launch)
                             ? ": " + stay_in_front(*service.launch)
                             : "";
    program::warn(view.name + ": " + words_for(survivors) + " of it " +
                  (survivors.size() == 1 ? "is" : "are") + " still there" + remedy);
    program::warn("to end the surviving processes: " + kill_command(survivors));
    return survivors;
}

}  // namespace hf::cli
