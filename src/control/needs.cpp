// SPDX-License-Identifier: MIT
#include "control/needs.h"

#include <algorithm>

#include "control/inspect_all.h"
#include "format/rules.h"

namespace hf::control {

namespace {

std::optional<core::Standing> standing(const ServiceView& view) {
    if (!view.supervised || !view.record) return std::nullopt;
    return core::standing_of(view.record->service, view.rules.in_force);
}

bool is_met(const Unmet& each) {
    const auto now = each.exists ? standing(each.view) : std::nullopt;
    return each.is_need ? now && now->good : !now || now->settled;
}

}  // namespace

std::vector<Unmet> unmet_by_name(const core::Waits& waits, const std::string& scan_dir) {
    std::vector<Unmet> all;
    for (const std::string& name : waits.needs) all.push_back({name});
    for (const auto* list : {&waits.wants, &waits.after}) {
        for (const std::string& name : *list) all.push_back({.name = name, .is_need = false});
    }
    if (all.empty()) return all;
    const std::vector<std::string> names = services_in(scan_dir);
    std::vector<ServicePath> paths;
    for (Unmet& each : all) {
        each.exists = std::ranges::binary_search(names, each.name);
        if (each.exists) paths.push_back({each.name, path_for(scan_dir, each.name)});
    }
    const std::vector<ServicePair> found = inspect_all(paths);
    auto next = found.begin();
    for (Unmet& each : all) {
        if (each.exists) each.view = (next++)->service;
    }
    std::erase_if(all, [](const Unmet& each) { return is_met(each); });
    return all;
}

std::vector<Unmet> unmet(const ServiceView& view, const std::string& scan_dir) {
    const bool waits =
        view.supervised && view.record && view.record->service.state == core::State::waiting;
    return waits ? unmet_by_name(format::waits_of(view.rules.lines, view.name), scan_dir)
                 : std::vector<Unmet>{};
}

}  // namespace hf::control
