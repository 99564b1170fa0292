// SPDX-License-Identifier: MIT
#include "people/await.h"

#include <algorithm>
#include <map>

#include "sys/clock.h"

namespace hf::people {

namespace {

using std::chrono::nanoseconds;

// A service that is not as it should be, and when to look at it without news; none: only with news.
using Open = std::map<size_t, std::optional<nanoseconds>>;

std::optional<nanoseconds> next_look(const Open& open, std::optional<nanoseconds> end) {
    std::optional<nanoseconds> next = end;
    for (const auto& [service, due] : open) {
        if (due && (!next || *due < *next)) next = due;
    }
    return next;
}

// Takes out those that are as they should be.
void look_again(Open& open, const std::vector<Awaited>& services, const Condition& condition,
                Watch& watch, nanoseconds now) {
    for (auto each = open.begin(); each != open.end();) {
        auto& [service, due] = *each;
        if (!due || *due > now) {
            ++each;
            continue;
        }
        Seen seen = look_at(services[service].name, services[service].path);
        if (seen.record) watch.mind(static_cast<pid_t>(seen.record->session.supervisor));
        Verdict verdict = condition(seen);
        due.reset();
        if (verdict.again) due = now + *verdict.again;
        each = verdict.is_so ? open.erase(each) : std::next(each);
    }
}

std::vector<Awaited> names_of(const Open& open, const std::vector<Awaited>& services) {
    std::vector<Awaited> result;
    for (const auto& [service, due] : open) result.push_back(services[service]);
    return result;
}

// Shows it if it is time for that. When it is the next time.
nanoseconds show(ProgressLine& progress, const std::vector<Awaited>& open, nanoseconds gone) {
    std::vector<std::string> names;
    for (const Awaited& each : open) names.push_back(each.name);
    if (gone >= progress.due()) progress.show(names, gone);
    return progress.due() - gone;
}

}  // namespace

std::vector<Awaited> await(const std::vector<Awaited>& services, const Condition& condition,
                           std::optional<nanoseconds> patience, ProgressLine* progress) {
    Watch watch(services);
    auto begin = sys::boot_time();
    auto now = begin;
    std::optional<nanoseconds> end;
    if (patience) end = now + *patience;
    Open open;
    for (size_t i = 0; i < services.size(); ++i) open.emplace(i, now);
    for (;;) {
        look_again(open, services, condition, watch, now);
        if (open.empty() || (end && now >= *end)) return names_of(open, services);
        auto next = next_look(open, end);
        std::optional<nanoseconds> pause;
        if (next) pause = std::max(nanoseconds(0), *next - now);
        if (progress != nullptr && progress->is_wanted()) {
            nanoseconds due = show(*progress, names_of(open, services), now - begin);
            pause = std::min(pause.value_or(due), due);
        }
        auto news = watch.wait(pause);
        now = sys::boot_time();
        for (size_t service : news) {
            auto entry = open.find(service);
            if (entry != open.end()) entry->second = now;
        }
    }
}

}  // namespace hf::people
