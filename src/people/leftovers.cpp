// SPDX-License-Identifier: MIT
#include "people/leftovers.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "people/look/processes.h"
#include "sys/clock.h"
#include "sys/process.h"
#include "tools/tool.h"

namespace hf::people {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds moment(300);

// None while its leader lives: then the number is another one's by now.
std::vector<Process> members_of(pid_t session) {
    std::vector<Process> result;
    const Processes processes;
    for (const auto& [pid, each] : processes.all()) {
        bool lives = each.state != 'Z' && each.state != 'X';
        if (lives && pid == session) return {};
        if (lives && each.session == session) result.push_back(each);
    }
    std::sort(result.begin(), result.end(),
              [](const Process& a, const Process& b) { return a.pid < b.pid; });
    return result;
}

// Until one of them has ended, or there is no time left.
void wait_for_an_end(const std::vector<Process>& members, std::chrono::nanoseconds left) {
    std::vector<sys::Fd> open;
    std::vector<pollfd> polled;
    for (const Process& each : members) {
        open.push_back(sys::open_process(each.pid));
        if (!open.back()) return;
        polled.push_back({open.back().get(), POLLIN, 0});
    }
    auto limit = std::max<long>(0, std::chrono::ceil<milliseconds>(left).count());
    ::poll(polled.data(), polled.size(), static_cast<int>(limit));
}

std::string words_for(const std::vector<Process>& members) {
    constexpr size_t enough = 3;
    std::string text;
    for (size_t i = 0; i < members.size() && i < enough; ++i)
        text += (i == 0 ? "pid " : ", pid ") + std::to_string(members[i].pid) + " (" +
                members[i].name + ")";
    if (members.size() > enough)
        text += " and " + std::to_string(members.size() - enough) + " more";
    return text;
}

}  // namespace

pid_t session_of(const Seen& seen) {
    if (!seen.up() || !seen.record) return 0;
    auto leader = process(seen.pid());
    return leader && leader->session == leader->pid ? leader->pid : 0;
}

void warn_of_leftovers(const std::string& name, pid_t session) {
    if (session == 0) return;
    auto end = sys::boot_time() + moment;
    auto members = members_of(session);
    while (!members.empty() && sys::boot_time() < end) {
        wait_for_an_end(members, end - sys::boot_time());
        members = members_of(session);
    }
    if (members.empty()) return;
    warn(name + ": " + words_for(members) + " of it " + (members.size() == 1 ? "is" : "are") +
         " still there: run should start it with exec");
}

}  // namespace hf::people
