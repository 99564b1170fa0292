// SPDX-License-Identifier: MIT
// The part of a Supervision that knows services by their names: links that come, go and change, and
// who waits for whom.
#include <utility>

#include "engine/supervision.h"

namespace hf::engine {

namespace {

const std::string& name_of(const Entry& entry) {
    static const std::string none;
    return entry.unit.service.linked ? entry.listed.name : none;
}

}  // namespace

bool Supervision::follow(Entry& main, const core::Change& change) {
    using Kind = core::Change::Kind;
    try {
        switch (change.kind) {
            case Kind::appeared: break;
            case Kind::renamed: rename(main, change.found.name); break;
            case Kind::unlinked: unlink(main); break;
            case Kind::log_added: add_log(main); break;
            case Kind::log_removed: drop_log(main); break;
        }
    } catch (const sys::Error& error) {
        complain(main, "supervise: warning: ", error);
        return false;
    }
    return true;
}

// The entry keeps its old name until both directories have moved: if one cannot, the next scan
// finds the same difference, and follow() is called again.
void Supervision::rename(Entry& main, const std::string& name) {
    core::Listed moved = main.listed;
    moved.name = name;
    if (!is_held(main)) {
        main.listed = moved;
        main.unit.service.linked = true;
        return schedule(main);
    }
    kernel_.rename(main.unit.dir, moved);
    if (Entry* logger = pool_.logger(main)) {
        core::Listed moved_log = logger->listed;
        moved_log.name = name + "/log";
        if (is_held(*logger)) kernel_.rename(logger->unit.dir, moved_log);
        logger->listed = moved_log;
    }
    main.listed = moved;
    tell(main, core::Linked{true});
}

void Supervision::unlink(Entry& main) {
    if (!is_held(main)) return remove(main);
    tell(main, core::Linked{false});
}

// If its pipe cannot be opened now, that costs the service nothing before its next start: the
// taking of the logger tries again, and says so.
void Supervision::add_log(Entry& main) {
    main.listed.has_log = true;
    if (!is_held(main)) return;
    if (Entry* logger = pool_.logger(main)) return tell(*logger, core::Linked{true});
    try {
        kernel_.open_log(main.unit.dir);
    } catch (const sys::Error&) {
    }
    pool_.add({main.listed.name + "/log", {}, false}, kernel_.now().boot, &main);
}

// Its logger stays as long as the process that writes to it.
void Supervision::drop_log(Entry& main) {
    main.listed.has_log = false;
    if (Entry* logger = pool_.logger(main)) tell(*logger, core::Linked{false});
}

void Supervision::miss_main() {
    if (main_service_.empty() || pool_.of_name(main_service_) != nullptr) return;
    kernel_.say("svscan: warning: the main service " + main_service_ +
                " is not in the scan directory yet: waiting for it");
}

void Supervision::begin() {
    pool_.graph().begin();
    carry_out();
}

void Supervision::halt() {
    pool_.units().close();
    std::vector<std::string> names;
    for (Entry* entry : pool_.mains()) {
        if (!is_held(*entry)) {
            remove(*entry);
        } else if (entry->unit.service.linked) {
            names.push_back(entry->listed.name);
        } else {
            tell(*entry, core::Shutdown{});
        }
    }
    pool_.graph().halt(names);
    carry_out();
}

void Supervision::halt_rest() {
    for (Entry* entry : pool_.mains()) tell(*entry, core::Shutdown{});
}

void Supervision::carry_out(const core::Graph::Task& task) {
    using Kind = core::Graph::Task::Kind;
    Entry* entry = task.kind == Kind::look ? &pool_.at(task.unit) : pool_.of_name(task.name);
    if (entry == nullptr || !is_held(*entry)) return;
    look_at_rules(*entry);
    switch (task.kind) {
        case Kind::look: break;
        case Kind::pull: act(*entry, core::Pull{pool_.graph().is_pulled(task.name)}); break;
        case Kind::halt: act(*entry, core::Shutdown{}); break;
    }
    look_at_others(*entry);
}

// What it waits for, and by which name others may wait for it: without a link it has none, but
// waits all the same. Not before it is held: until then nothing may be done because of others.
void Supervision::list(Entry& entry) {
    if (entry.unit.is_logger) return;
    pool_.graph().set(entry.id, name_of(entry),
                      is_held(entry) ? kernel_.waits(entry.unit.dir) : core::no_waits);
}

// How it stands, for those who wait for it.
void Supervision::note(Entry& entry) {
    if (entry.unit.is_logger) return;
    list(entry);
    core::Graph& graph = pool_.graph();
    std::optional<core::Standing> now;
    if (is_held(entry)) now = core::standing_of(entry.unit.service, rules(entry));
    auto before = std::exchange(entry.standing, now);
    const std::string& name = name_of(entry);
    if (entry.noted_name != name) {
        if (before) graph.changed(entry.noted_name, before, std::nullopt);
        before.reset();
        entry.noted_name = name;
    }
    if (before != now && !name.empty()) graph.changed(name, before, now);
}

void Supervision::remove(Entry& entry) {
    pool_.graph().remove(entry.id);
    if (const auto before = std::exchange(entry.standing, std::nullopt))
        pool_.graph().changed(entry.noted_name, before, std::nullopt);
    pool_.remove(entry);
}

}  // namespace hf::engine
