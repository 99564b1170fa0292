// SPDX-License-Identifier: MIT
#include "core/graph.h"

#include <algorithm>
#include <utility>

namespace hf::core {

namespace {

std::vector<std::string> named_by(const Waits& waits) {
    std::vector<std::string> names;
    for (const auto* list : {&waits.needs, &waits.wants, &waits.after})
        names.insert(names.end(), list->begin(), list->end());
    return names;
}

}  // namespace

Standing standing_of(const Service& service, const Rules& rules) {
    Standing standing;
    standing.good = is_good(service, rules);
    standing.settled = standing.good || service.state == State::down || service.streak > 0;
    standing.wanted =
        !service.shutting_down && !service.exit_requested &&
        (service.want == Want::up || (service.want == Want::once && service.state != State::down));
    standing.runs = is_at_work(service);
    return standing;
}

void Graph::set(UnitId id, const std::string& name, const Waits& waits) {
    const auto old = nodes_.find(id);
    if (old == nodes_.end() ? waits.empty()
                            : old->second.name == name && old->second.waits == waits)
        return;
    remove(id);
    if (waits.empty()) return;
    nodes_[id] = {name, waits};
    if (!name.empty()) ids_[name] = id;
    for (const std::string& each : named_by(waits)) waited_for_[each].who.insert(id);
    tasks_.push_back({Task::Kind::look, id});
    look_at_others(waits);
}

void Graph::remove(UnitId id) {
    const auto node = nodes_.extract(id);
    if (!node) return;
    for (const std::string& each : named_by(node.mapped().waits)) {
        auto place = waited_for_.find(each);
        if (place == waited_for_.end()) continue;
        place->second.who.erase(id);
        if (place->second.who.empty()) waited_for_.erase(place);
    }
    if (auto place = ids_.find(node.mapped().name); place != ids_.end() && place->second == id)
        ids_.erase(place);
    std::erase_if(
        tasks_, [&](const Task& task) { return task.kind == Task::Kind::look && task.unit == id; });
    look_at_others(node.mapped().waits);
}

void Graph::look_at_others(const Waits& waits) {
    for (const std::string& each : named_by(waits))
        tasks_.push_back({is_halting_ ? Task::Kind::halt : Task::Kind::pull, {}, each});
}

void Graph::halt(const std::vector<std::string>& names) {
    is_halting_ = true;
    for (const std::string& each : names) tasks_.push_back({Task::Kind::halt, {}, each});
}

void Graph::changed(const std::string& name, const std::optional<Standing>& before,
                    const std::optional<Standing>& now) {
    const auto old = before.value_or(Standing{});
    const auto present = now.value_or(Standing{});
    const bool matters = before.has_value() != now.has_value() || old.good != present.good ||
                         old.settled != present.settled;
    if (auto waiting = waited_for_.find(name); matters && waiting != waited_for_.end()) {
        for (UnitId id : waiting->second.who) tasks_.push_back({Task::Kind::look, id});
        if (!before) doubt_pull(name);
    }
    if (old.wanted == present.wanted && old.runs == present.runs) return;
    if (auto id = ids_.find(name); id != ids_.end()) look_at_others(nodes_.at(id->second).waits);
}

Gate Graph::gate(UnitId id, Time now) {
    auto place = nodes_.find(id);
    if (place == nodes_.end()) return Gate::open;
    if (!has_begun_) return Gate::asked;
    Node& node = place->second;
    const bool has_needs = are_good(node.waits.needs);
    if (!has_needs || (are_settled(node.waits.wants) && are_settled(node.waits.after))) {
        node.waits_since.reset();
        return has_needs ? Gate::open : Gate::unmet;
    }
    if (!node.waits_since) node.waits_since = now;
    return now >= *node.waits_since + node.waits.wants_wait ? Gate::open : Gate::shut;
}

std::optional<Time> Graph::gate_due(UnitId id) const {
    const auto place = nodes_.find(id);
    if (place == nodes_.end() || !place->second.waits_since) return std::nullopt;
    return *place->second.waits_since + place->second.waits.wants_wait;
}

std::optional<Graph::Task> Graph::next() {
    while (has_begun_ && !tasks_.empty()) {
        Task task = std::move(tasks_.back());
        tasks_.pop_back();
        if (task.kind == Task::Kind::pull && is_halting_) continue;
        if (task.kind == Task::Kind::halt && !may_halt(task.name)) continue;
        return task;
    }
    return std::nullopt;
}

bool Graph::any_of(const Waiting& waiting, const std::function<bool(UnitId)>& is_it) {
    const auto middle = waiting.who.lower_bound(waiting.found_last);
    auto found = std::find_if(middle, waiting.who.end(), is_it);
    if (found == waiting.who.end()) {
        found = std::find_if(waiting.who.begin(), middle, is_it);
        if (found == middle) return false;
    }
    waiting.found_last = *found;
    return true;
}

bool Graph::is_pulled(const std::string& name) const {
    const auto waiting = waited_for_.find(name);
    if (waiting == waited_for_.end()) return false;
    return any_of(waiting->second, [&](UnitId id) {
        const Node& node = nodes_.at(id);
        auto names = [&](const auto& list) { return std::ranges::count(list, name) != 0; };
        if (!names(node.waits.needs) && !names(node.waits.wants)) return false;
        const auto standing = look_(node.name);
        return standing && (standing->wanted || standing->runs);
    });
}

bool Graph::are_good(const std::vector<std::string>& names) const {
    return std::ranges::all_of(names, [this](const std::string& name) {
        const auto standing = look_(name);
        return standing && standing->good;
    });
}

// What is not there is not waited for.
bool Graph::are_settled(const std::vector<std::string>& names) const {
    return std::ranges::all_of(names, [this](const std::string& name) {
        const auto standing = look_(name);
        return !standing || standing->settled;
    });
}

bool Graph::may_halt(const std::string& name) const {
    const auto waiting = waited_for_.find(name);
    if (waiting == waited_for_.end()) return true;
    return !any_of(waiting->second, [this](UnitId id) {
        const auto standing = look_(nodes_.at(id).name);
        return standing && standing->runs;
    });
}

}  // namespace hf::core
