// SPDX-License-Identifier: MIT
#include "fake_rules.h"

#include "sys/error.h"

namespace hf::test {

using namespace core;
using namespace std::chrono_literals;
using engine::Dir;

namespace {

// A file that is not there is accepted as an empty one.
bool has_accepted(const RulesFile& file) {
    return file.accepted_edit != 0 || file.edit == 0;
}

}  // namespace

const Rules& FakeRules::of(int directory) const {
    const RulesFile& file = world_.at(directory).file;
    if (world_.bug == Bug::forget_the_rules || file.accepted_edit == 0) return default_rules;
    return file.accepted;
}

const Waits& FakeRules::waits_of(int directory) const {
    const RulesFile& file = world_.at(directory).file;
    const bool forgets =
        world_.bug == Bug::forget_needs || (world_.bug == Bug::forget_the_order && world_.halting);
    if (forgets || file.accepted_edit == 0) return no_waits;
    return file.accepted_waits;
}

Gate FakeRules::look(Dir dir, int directory) {
    RulesFile& file = world_.at(directory).file;
    const bool has_any = file.edit != 0 || file.accepted_edit != 0 || file.refused_edit != 0;
    if (!has_any && !known_.contains(static_cast<unsigned>(dir))) return Gate::open;
    world_.begin_call("look_at_rules " + world_.at(directory).name);
    auto [place, is_new] = known_.try_emplace(static_cast<unsigned>(dir), Known{directory});
    Known& known = place->second;
    if (is_new) {
        const bool is_known = file.edit == file.accepted_edit || file.edit == file.refused_edit;
        known.seen = is_known ? file.edit : 0;
    }
    if (file.edit == 0) {
        file.accepted_edit = file.refused_edit = known.seen = 0;
        known.due.reset();
    } else if (known.seen != file.edit && (!known.due || known.is_retry)) {
        const bool misses = world_.bug == Bug::miss_edits && known.seen != 0 && world_.one_in(2);
        known.seen = file.edit;
        if (!misses) ask(known, world_.pick(20) * 1ms);
    }
    world_.end_call();
    if (known.due && !known.is_retry) return Gate::asked;
    return has_accepted(file) || world_.bug == Bug::trust_any_file ? Gate::open : Gate::shut;
}

void FakeRules::ask(Known& known, Duration takes) {
    known.due = world_.now().boot + takes;
    known.is_retry = false;
    world_.plan(takes, [] {});
}

void FakeRules::answer(std::vector<engine::Notice>& into) {
    for (auto& [dir, known] : known_) {
        if (!known.due || *known.due > world_.now().boot) continue;
        const engine::RulesRead read = this->read(Dir(dir), known);
        if (world_.bug != Bug::lose_answers) into.push_back(read);
    }
}

engine::RulesRead FakeRules::read(Dir dir, Known& known) {
    RulesFile& file = world_.at(known.directory).file;
    const Rules before = of(known.directory);
    const Waits waits_before = waits_of(known.directory);
    known.due.reset();
    known.is_retry = false;
    try {
        world_.may_fail(known.directory, Call::rules, "read service.toml");
        if (file.edit == 0) {
            file.accepted_edit = file.refused_edit = 0;
        } else if (file.is_right) {
            file.accepted_edit = file.edit;
            file.accepted = file.rules;
            file.accepted_waits = file.waits;
            file.refused_edit = 0;
        } else {
            file.refused_edit = file.edit;
        }
    } catch (const sys::Error&) {
        ask(known, 5s);
        known.is_retry = true;
    }
    const bool are_new = of(known.directory) != before || waits_of(known.directory) != waits_before;
    if (are_new) world_.at(known.directory).owes_finish = false;
    return {dir, has_accepted(file) ? Gate::open : Gate::shut, are_new};
}

// ---- the file itself ----

void World::edit_rules(int directory, const Rules& rules, bool is_right, const Waits& waits) {
    RulesFile& file = at(directory).file;
    file.waits = waits;
    file.edit = ++last_edit_;
    file.edited_at = now_;
    file.rules = rules;
    file.is_right = is_right;
    trace((is_right ? "rules for " : "wrong rules for ") + at(directory).name);
}

void World::remove_rules(int directory) {
    at(directory).file.edit = 0;
    at(directory).file.edited_at = now_;
    at(directory).file.is_right = true;
    trace("no rules for " + at(directory).name);
}

// Nothing starts by a file that nobody has accepted; and what was written a while before is obeyed.
void World::check_rules(const Process& process) {
    const Directory& directory = at(process.directory);
    const RulesFile& file = directory.file;
    constexpr Duration while_it_starts = 5ms;
    if (now_ - file.edited_at < while_it_starts) return;
    laws.check(Law::starts_by_accepted_rules, has_accepted(file), directory.name);
    if (!file.is_right || !engine_lives) return;  // an engine that is dead now had made it
    laws.check(Law::starts_by_the_last_edit, file.accepted_edit == file.edit, directory.name,
               directory.failed({Call::rules}));
}

// Nothing starts before what it needs is good, as it was written down. What was linked or unlinked
// a moment ago may not be known yet.
void World::check_needs(const Process& process) {
    const Directory& directory = at(process.directory);
    if (directory.file.accepted_edit == 0 || !hints.empty()) return;
    for (const std::string& name : directory.file.accepted_waits.needs) {
        const auto need = links.contains(name) ? std::optional(links.at(name)) : std::nullopt;
        if (need == process.directory) continue;  // which nobody can set
        const auto written = need ? record(*need) : std::nullopt;
        const Rules& rules =
            need && at(*need).file.accepted_edit != 0 ? at(*need).file.accepted : default_rules;
        const bool failed =
            directory.failed({Call::scan}) ||
            (need && at(*need).failed({Call::scan, Call::rename, Call::write, Call::claim}));
        laws.check(Law::starts_behind_its_needs,
                   written && !written->released && is_good(written->service, rules),
                   directory.name, failed);
    }
}

}  // namespace hf::test
