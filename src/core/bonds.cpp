// SPDX-License-Identifier: MIT
#include "core/bonds.h"

#include <utility>

namespace hf::core {

using Kind = Action::Kind;

UnitId Units::add(Time now, std::optional<UnitId> owner) {
    UnitId id{++last_};
    Unit& unit = units_[id];
    unit.retry_at = now;
    unit.owner = owner;
    unit.is_logger = owner.has_value();
    if (owner) at(*owner).logger = id;
    return id;
}

void Units::remove(UnitId id) {
    const Unit& unit = at(id);
    if (unit.owner) at(*unit.owner).logger.reset();
    if (unit.logger) at(*unit.logger).owner.reset();
    units_.erase(id);
}

void Units::settle(UnitId id) {
    push(Step::look, id);
    if (at(id).hold == Hold::held) push(Kind::save, id);
}

void Units::end_log(UnitId id) {
    push(Step::part, id);
    push(Kind::close_log, id);
}

Launch Units::launch(UnitId id, Role role, bool has_log) const {
    const Unit& unit = at(id);
    Launch launch{.role = role};
    if (unit.owner) launch.input = at(*unit.owner).dir;
    if (has_log) launch.output = unit.dir;
    return launch;
}

std::optional<Action> Units::next() {
    while (!pending_.empty()) {
        auto [step, id, kind] = pending_.back();
        pending_.pop_back();
        switch (step) {
            case Step::look: look(id); break;
            case Step::wake: wake(id); break;
            case Step::part: part(id); break;
            case Step::drain: drain(id); break;
            case Step::act: return Action{kind, id};
        }
    }
    return std::nullopt;
}

// An owner may have waited for `id` to read once more.
void Units::look(UnitId id) {
    const Unit& unit = at(id);
    if (unit.owner) push(Step::wake, *unit.owner);
    if (!is_over(unit)) return;
    if (unit.logger && has_to_read(at(*unit.logger))) {
        // It does not rest meanwhile.
        if (at(*unit.logger).hold == Hold::released) push(Kind::recall, *unit.logger);
        return;
    }
    push(is_taken_again(unit) ? Kind::release : Kind::forget, id);
    end_log(id);
    push(Kind::save_end, id);
}

void Units::wake(UnitId owner) {
    if (is_over(at(owner))) settle(owner);
}

// A logger that has not been taken may run all the same: an engine before may have left it.
void Units::part(UnitId owner) {
    auto logger = std::exchange(at(owner).logger, std::nullopt);
    if (!logger) return;
    Unit& unit = at(*logger);
    unit.owner.reset();
    push(Step::drain, *logger);
    if (unit.hold == Hold::untried || unit.hold == Hold::refused) push(Kind::take, *logger);
}

void Units::drain(UnitId logger) {
    if (at(logger).hold != Hold::held) return push(Kind::forget, logger);
    settle(logger);
    push(Kind::drain, logger);
}

bool Units::is_over(const Unit& unit) const {
    return unit.hold == Hold::held && finished(unit.service);
}

bool Units::is_taken_again(const Unit& unit) const {
    return !closing_ && unit.service.linked && (!unit.is_logger || unit.owner);
}

// A logger that is about to be taken, or to start, will want to read what its owner left in the
// pipe. One that may not start, for nobody knows how long, is not waited for.
bool Units::has_to_read(const Unit& logger) const {
    switch (logger.hold) {
        case Hold::untried: return true;
        case Hold::refused: return false;
        case Hold::released: return at(*logger.owner).service.linked;
        case Hold::held: break;
    }
    return logger.service.state == State::waiting && logger.service.gate != Gate::shut &&
           logger.service.last.kind != ExitResult::Kind::not_started;
}

}  // namespace hf::core
