// SPDX-License-Identifier: MIT
#include "walk_pairs_expectation.h"

#include "expectation.h"

namespace hf::test {

using namespace core;
using Kind = Action::Kind;

// A service writes to its pipe if it has a log, and its logger reads from there.
std::string PairExpectation::started(Place place, const Launch& launch, const Party& party,
                                     bool has_log) {
    const Dir pipe = dir_of(Place::service);
    at(place).alive = true;
    if (place == Place::log) {
        log_start_failed_ = false;
        if (launch.output) return "a logger that writes to a pipe";
        if (party.logger && launch.input != pipe) return "a logger that does not read";
        return {};
    }
    writes_to_log_ = launch.output == pipe;
    if (launch.input) return "a service that reads from a pipe";
    if (has_log != launch.output.has_value()) return "a service that writes elsewhere";
    return {};
}

void PairExpectation::start_failed(Place place) {
    if (place == Place::log) log_start_failed_ = true;
}

void PairExpectation::exited(Place place) {
    at(place).alive = false;
    if (place == Place::service) writes_to_log_ = false;
}

void PairExpectation::taken(Place place, bool is_new) {
    at(place).is_unended = true;
    if (place == Place::service) return;
    is_told_to_drain_ = false;
    if (is_new) log_start_failed_ = false;
}

void PairExpectation::engine_died() {
    pipe_is_open_ = false;
    is_told_to_drain_ = false;
}

std::string PairExpectation::action(const Action& action, const Units& units, const Party& party,
                                    bool has_log, bool halting) {
    const UnitId id = action.unit;
    const Unit& unit = units.at(id);
    const Place place = party.service == id ? Place::service : Place::log;
    const bool held = unit.hold == Hold::held;
    switch (action.kind) {
        case Kind::save: return saved(place, false, unit);
        case Kind::save_end: return saved(place, true, unit);
        case Kind::close_log:
            return place == Place::service ? closed(units, party, has_log) : std::string();
        case Kind::recall: return will_read(units, party) ? "" : "recalled, and need not read";
        case Kind::take:
            if (held || unit.hold == Hold::released) return "taken by mistake";
            return unit.owner ? "taken out of turn" : "";
        case Kind::drain: return drained(id, units, party);
        case Kind::release:
        case Kind::forget:
            if (!held && unit.hold == Hold::untried) return "forgotten without an attempt";
            if (std::string broken = held ? given_back(place, units, party) : ""; !broken.empty())
                return broken;
            return parted(action.kind == Kind::release, id, units, party, halting);
    }
    return "an unknown action";
}

std::string PairExpectation::saved(Place place, bool is_end, const Unit& unit) {
    if (unit.hold != Hold::held) return "written where nothing is held";
    at(place).is_unsaved = false;
    if (is_end && at(place).alive) return "said to be over, with a process";
    if (is_end) at(place).is_unended = false;
    return {};
}

// What was written to the pipe must not be lost, nor the reader see its end too soon.
std::string PairExpectation::closed(const Units& units, const Party& party, bool has_log) {
    if (at(Place::service).alive && writes_to_log_) return "closed under a service that writes";
    if (has_log && will_read(units, party)) return "closed before its logger has read";
    pipe_is_open_ = false;
    return {};
}

std::string PairExpectation::drained(UnitId logger, const Units& units, const Party& party) {
    if (at(Place::service).alive && writes_to_log_) return "told to end under its service";
    if (pipe_is_open_) return "told to end by an open pipe";
    if (units.at(logger).owner || party.service == logger) return "told to end, and still bound";
    if (is_told_to_drain_) return "told to end twice";
    is_told_to_drain_ = true;
    return {};
}

std::string PairExpectation::given_back(Place place, const Units& units, const Party& party) {
    if (at(place).alive) return "given back under its process";
    if (at(place).is_unended) return "given back before its end was written";
    if (place == Place::log) {
        is_told_to_drain_ = false;
        return {};
    }
    if (pipe_is_open_) return "given back with an open pipe";
    if (units.at(*party.service).logger) return "given back before its logger was told";
    return {};
}

// A linked service is taken again, and so is its logger as long as it has one to read from.
std::string PairExpectation::parted(bool again, UnitId id, const Units& units, const Party& party,
                                    bool halting) {
    bool is_wanted = party.service == id || units.at(id).owner;
    bool expected = !halting && is_wanted && units.at(id).service.linked;
    if (again && !expected) return "kept for no reason";
    if (!again && expected) return "forgotten while it is linked";
    return {};
}

// Whether what is in the pipe now has somebody who will come for it without being called.
bool PairExpectation::will_read(const Units& units, const Party& party) const {
    if (!party.logger || !units.at(*party.logger).owner) return false;
    const Unit& logger = units.at(*party.logger);
    switch (logger.hold) {
        case Hold::untried: return true;
        case Hold::refused: return false;
        case Hold::released: return units.at(*party.service).service.linked;
        case Hold::held: break;
    }
    if (alive(Place::log) || log_start_failed_) return false;
    // What is asked for is answered soon.
    Service answered = logger.service;
    if (answered.gate == Gate::asked) answered.gate = Gate::open;
    return next_due(answered, default_rules).has_value();
}

std::string PairExpectation::at_rest(const Units& units, const Party& party, bool has_log) const {
    if (std::string broken = service_at_rest(units, party, has_log); !broken.empty()) return broken;
    if (party.logger) {
        const Unit& logger = units.at(*party.logger);
        if (!party.service || logger.owner != party.service) return "a logger of nobody";
        if (units.at(*party.service).hold != Hold::held) return "a logger before its service";
        if (is_told_to_drain_ && !party.former) return "told to end, and still bound";
        if (std::string broken = logger_at_rest(logger, false); !broken.empty()) return broken;
    }
    return party.former ? logger_at_rest(units.at(*party.former), true) : "";
}

std::string PairExpectation::service_at_rest(const Units& units, const Party& party,
                                             bool has_log) const {
    if (!party.service) return {};
    const Unit& unit = units.at(*party.service);
    if (unit.hold != Hold::held) return unit.logger ? "a logger of what is not held" : "";
    if (at(Place::service).is_unsaved) return "the service is not written down";
    if (has_log && at(Place::service).alive && writes_to_log_ && !pipe_is_open_)
        return "a service that writes into a closed pipe";
    if (!finished(unit.service)) return {};
    if (!will_read(units, party)) return "it is over, and waits for nothing";
    const Unit& logger = units.at(*party.logger);
    if (logger.hold == Hold::released && logger.retry_at > present.boot)
        return "it waits for a logger that rests";
    return {};
}

std::string PairExpectation::logger_at_rest(const Unit& logger, bool is_former) const {
    bool held = logger.hold == Hold::held;
    if (is_former && (!held || logger.owner)) return "a former logger that is not over";
    if (is_former && !is_told_to_drain_) return "a logger of nobody was not told";
    if (!held) return {};
    if (at(Place::log).is_unsaved) return "the logger is not written down";
    if (finished(logger.service)) return "a logger is over, and kept";
    if (is_former && !at(Place::log).alive) return "a former logger without a process";
    return {};
}

}  // namespace hf::test
