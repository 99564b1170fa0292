// SPDX-License-Identifier: MIT
#include "cli/await.h"

#include <algorithm>
#include <map>

#include "sys/clock.h"

namespace hf::cli {

using namespace control;

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

// Takes out those that are as they should be, and moves those that will not be to `given_up`.
void look_again(Open& open, std::vector<WatchedService>& given_up,
                const std::vector<WatchedService>& services, const Condition& condition,
                Watch& watch, nanoseconds now) {
    for (auto each = open.begin(); each != open.end();) {
        auto& [service, due] = *each;
        if (!due || *due > now) {
            ++each;
            continue;
        }
        ServiceView view = inspect_service(services[service].name, services[service].path);
        if (view.record) watch.mind(static_cast<pid_t>(view.record->session.supervisor));
        Check check = condition(view);
        due.reset();
        if (check.again) due = now + *check.again;
        if (check.hopeless) given_up.push_back(services[service]);
        each = check.holds || check.hopeless ? open.erase(each) : std::next(each);
    }
}

std::vector<WatchedService> names_of(const Open& open,
                                     const std::vector<WatchedService>& services) {
    std::vector<WatchedService> result;
    for (const auto& [service, due] : open) result.push_back(services[service]);
    return result;
}

// Shows it if it is time for that. When it is the next time.
nanoseconds show(ProgressLine& progress, const std::vector<WatchedService>& open,
                 nanoseconds gone) {
    std::vector<std::string> names;
    for (const WatchedService& each : open) names.push_back(each.name);
    if (gone >= progress.due()) progress.show(names, gone);
    return progress.due() - gone;
}

}  // namespace

std::vector<WatchedService> await(const std::vector<WatchedService>& services,
                                  const Condition& condition, std::optional<nanoseconds> timeout,
                                  ProgressLine* progress) {
    Watch watch(services);
    auto begin = sys::boot_time();
    auto now = begin;
    std::optional<nanoseconds> end;
    if (timeout) end = now + *timeout;
    Open open;
    std::vector<WatchedService> given_up;
    for (size_t i = 0; i < services.size(); ++i) open.emplace(i, now);
    for (;;) {
        look_again(open, given_up, services, condition, watch, now);
        if (open.empty() || (end && now >= *end)) {
            auto rest = names_of(open, services);
            given_up.insert(given_up.end(), rest.begin(), rest.end());
            return given_up;
        }
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

}  // namespace hf::cli
