// SPDX-License-Identifier: MIT
#include "cli/top/view.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "text/words.h"

namespace hf::cli {

using namespace control;
using namespace text;

namespace {

Look look_of(const std::string& state) {
    switch (mood_of(state)) {
        case Mood::good: return Look::good;
        case Mood::idle: return Look::faint;
        case Mood::bad: return Look::bad;
        case Mood::passing: break;
    }
    return Look::plain;
}

std::string heads() {
    std::array<char, 200> text{};
    std::snprintf(text.data(), text.size(), "%-17s %-12s %7s %7s %8s %6s %8s  %s", Head::name,
                  Head::state, Head::pid, Head::since, Head::restarts, Head::cpu, Head::memory,
                  Head::listens);
    return text.data();
}

std::string row(const Snapshot& snapshot, double share) {
    const ServiceView& view = snapshot.view;
    bool known = view.supervised && view.status;
    std::string ports;
    for (const std::string& each : snapshot.listens) ports += (ports.empty() ? "" : " ") + each;
    std::array<char, 300> text{};
    std::snprintf(text.data(), text.size(), "%-17.17s %-12s %7s %7s %8u %5.1f%% %8s  %.100s",
                  view.name.c_str(), state_word(view).c_str(),
                  view.up() ? std::to_string(view.pid()).c_str() : "-",
                  known ? duration_short(view.age).c_str() : "-", restarts_of(view).value_or(0),
                  share * 100, view.up() ? size_words(snapshot.memory).c_str() : "-",
                  ports.c_str());
    return text.data();
}

}  // namespace

void TopView::take(std::vector<Snapshot> snapshots, std::chrono::nanoseconds now) {
    std::string on = chosen() != nullptr ? chosen()->view.name : "";
    double passed = std::chrono::duration<double>(now - taken_).count();
    share_.clear();
    std::map<std::string, std::chrono::nanoseconds> cpu;
    for (const Snapshot& each : snapshots) {
        cpu[each.view.name] = each.cpu;
        auto before = cpu_before_.find(each.view.name);
        if (before == cpu_before_.end() || each.cpu < before->second || passed <= 0) continue;
        share_[each.view.name] =
            std::chrono::duration<double>(each.cpu - before->second).count() / passed;
    }
    cpu_before_ = std::move(cpu);
    taken_ = now;
    snapshots_ = std::move(snapshots);
    sort();
    auto same = std::find_if(snapshots_.begin(), snapshots_.end(),
                             [&](const Snapshot& each) { return each.view.name == on; });
    if (same != snapshots_.end()) bar_ = static_cast<size_t>(same - snapshots_.begin());
    move(0);
}

double TopView::share_of(const Snapshot& snapshot) const {
    auto found = share_.find(snapshot.view.name);
    return found == share_.end() ? 0 : found->second;
}

void TopView::sort_by(Sorting sorting) {
    sorting_ = sorting;
    bar_ = 0;
    sort();
}

// What deserves a look comes first; names decide among equals.
void TopView::sort() {
    auto before = [this](const Snapshot& a, const Snapshot& b) {
        switch (sorting_) {
            case Sorting::name: break;
            case Sorting::state:
                if (a.view.up() != b.view.up()) return !a.view.up();
                break;
            case Sorting::cpu:
                if (share_of(a) != share_of(b)) return share_of(a) > share_of(b);
                break;
            case Sorting::memory:
                if (a.memory != b.memory) return a.memory > b.memory;
                break;
            case Sorting::age:
                if (a.view.age != b.view.age) return a.view.age < b.view.age;
                break;
            case Sorting::restarts:
                if (restarts_of(a.view) != restarts_of(b.view))
                    return restarts_of(a.view) > restarts_of(b.view);
                break;
        }
        return a.view.name < b.view.name;
    };
    std::sort(snapshots_.begin(), snapshots_.end(), before);
}

void TopView::move(long rows) {
    long last = static_cast<long>(snapshots_.size()) - 1;
    bar_ = static_cast<size_t>(std::clamp(static_cast<long>(bar_) + rows, 0L, std::max(0L, last)));
}

const Snapshot* TopView::chosen() const {
    return bar_ < snapshots_.size() ? &snapshots_[bar_] : nullptr;
}

bool TopView::find(const std::string& text) {
    for (size_t i = 1; i <= snapshots_.size(); ++i) {
        size_t next = (bar_ + i) % snapshots_.size();
        if (snapshots_[next].view.name.find(text) == std::string::npos) continue;
        bar_ = next;
        return true;
    }
    return false;
}

std::vector<ScreenLine> TopView::lines(size_t rows, size_t columns,
                                       const std::string& message) const {
    auto up = std::count_if(snapshots_.begin(), snapshots_.end(),
                            [](const Snapshot& each) { return each.view.up(); });
    std::vector<ScreenLine> result{
        {std::to_string(snapshots_.size()) + " services, " + std::to_string(up) + " up",
         Look::strong},
        {heads(), Look::strong}};
    size_t room = rows > 4 ? rows - 4 : 1;
    size_t first = bar_ >= room ? bar_ - room + 1 : 0;
    for (size_t i = first; i < snapshots_.size() && i < first + room; ++i)
        result.push_back({row(snapshots_[i], share_of(snapshots_[i])),
                          i == bar_ ? Look::bar : look_of(state_word(snapshots_[i].view))});
    if (rows < 4) return result;
    result.resize(rows - 2);
    result.push_back({message, Look::plain});
    result.push_back(
        {columns < 75 ? "? help  u d t  l log  e events  w why  q quit"
                      : "u start d stop t restart  l log e events w why  / find  ? help  q quit",
         Look::strong});
    return result;
}

}  // namespace hf::cli
