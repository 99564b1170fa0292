// SPDX-License-Identifier: MIT
#include "people/top/view.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "people/look/words.h"

namespace hf::people {

namespace {

unsigned restarts_of(const Seen& seen) {
    return seen.record && seen.record->service.starts > 0 ? seen.record->service.starts - 1 : 0;
}

Look look_of(const std::string& state) {
    if (state == "up") return Look::good;
    if (state == "down") return Look::faint;
    return state == "waiting" || state == "unsupervised" ? Look::bad : Look::plain;
}

std::string head() {
    std::array<char, 200> text{};
    std::snprintf(text.data(), text.size(), "%-19s %-12s %8s %7s %5s %6s %8s  %s", "NAME", "STATE",
                  "PID", "SINCE", "AGAIN", "CPU", "MEMORY", "LISTENS");
    return text.data();
}

std::string row(const Glance& glance, double share) {
    const Seen& seen = glance.seen;
    bool known = seen.supervised && seen.status;
    std::string ports;
    for (const std::string& each : glance.listens) ports += (ports.empty() ? "" : " ") + each;
    std::array<char, 300> text{};
    std::snprintf(text.data(), text.size(), "%-19.19s %-12s %8s %7s %5u %5.1f%% %8s  %.100s",
                  seen.name.c_str(), state_word(seen).c_str(),
                  seen.up() ? std::to_string(seen.pid()).c_str() : "-",
                  known ? duration_short(seen.age).c_str() : "-", restarts_of(seen), share * 100,
                  seen.up() ? size_words(glance.memory).c_str() : "-", ports.c_str());
    return text.data();
}

}  // namespace

void TopView::take(std::vector<Glance> glances, std::chrono::nanoseconds now) {
    std::string on = chosen() != nullptr ? chosen()->seen.name : "";
    double passed = std::chrono::duration<double>(now - taken_).count();
    share_.clear();
    std::map<std::string, std::chrono::nanoseconds> cpu;
    for (const Glance& each : glances) {
        cpu[each.seen.name] = each.cpu;
        auto before = cpu_before_.find(each.seen.name);
        if (before == cpu_before_.end() || each.cpu < before->second || passed <= 0) continue;
        share_[each.seen.name] =
            std::chrono::duration<double>(each.cpu - before->second).count() / passed;
    }
    cpu_before_ = std::move(cpu);
    taken_ = now;
    glances_ = std::move(glances);
    sort();
    auto same = std::find_if(glances_.begin(), glances_.end(),
                             [&](const Glance& each) { return each.seen.name == on; });
    if (same != glances_.end()) bar_ = static_cast<size_t>(same - glances_.begin());
    move(0);
}

double TopView::share_of(const Glance& glance) const {
    auto found = share_.find(glance.seen.name);
    return found == share_.end() ? 0 : found->second;
}

void TopView::sort_by(Sorting sorting) {
    sorting_ = sorting;
    bar_ = 0;
    sort();
}

// What deserves a look comes first; names decide among equals.
void TopView::sort() {
    auto before = [this](const Glance& a, const Glance& b) {
        switch (sorting_) {
            case Sorting::name: break;
            case Sorting::state:
                if (a.seen.up() != b.seen.up()) return !a.seen.up();
                break;
            case Sorting::cpu:
                if (share_of(a) != share_of(b)) return share_of(a) > share_of(b);
                break;
            case Sorting::memory:
                if (a.memory != b.memory) return a.memory > b.memory;
                break;
            case Sorting::age:
                if (a.seen.age != b.seen.age) return a.seen.age < b.seen.age;
                break;
            case Sorting::restarts:
                if (restarts_of(a.seen) != restarts_of(b.seen))
                    return restarts_of(a.seen) > restarts_of(b.seen);
                break;
        }
        return a.seen.name < b.seen.name;
    };
    std::sort(glances_.begin(), glances_.end(), before);
}

void TopView::move(long rows) {
    long last = static_cast<long>(glances_.size()) - 1;
    bar_ = static_cast<size_t>(std::clamp(static_cast<long>(bar_) + rows, 0L, std::max(0L, last)));
}

const Glance* TopView::chosen() const {
    return bar_ < glances_.size() ? &glances_[bar_] : nullptr;
}

std::vector<ScreenLine> TopView::lines(size_t rows, size_t columns,
                                       const std::string& message) const {
    auto up = std::count_if(glances_.begin(), glances_.end(),
                            [](const Glance& each) { return each.seen.up(); });
    std::vector<ScreenLine> result{
        {std::to_string(glances_.size()) + " services, " + std::to_string(up) + " up",
         Look::strong},
        {head(), Look::strong}};
    size_t room = rows > 4 ? rows - 4 : 1;
    size_t first = bar_ >= room ? bar_ - room + 1 : 0;
    for (size_t i = first; i < glances_.size() && i < first + room; ++i)
        result.push_back({row(glances_[i], share_of(glances_[i])),
                          i == bar_ ? Look::bar : look_of(state_word(glances_[i].seen))});
    if (rows < 4) return result;
    result.resize(rows - 2);
    result.push_back({message, Look::plain});
    result.push_back(
        {columns < 75 ? "u d t  l log  e events  w why  n s c m a r  q quit"
                      : "u start d stop t restart  l log e events w why  sort: n s c m a r  q quit",
         Look::strong});
    return result;
}

}  // namespace hf::people
