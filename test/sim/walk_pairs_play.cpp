// SPDX-License-Identifier: MIT
#include "walk_pairs_play.h"

#include <algorithm>

#include "expectation.h"

namespace hf::test {

namespace {

using namespace core;
using namespace std::chrono_literals;
using Kind = Action::Kind;

constexpr Time long_ago = present.boot - 1h;

using What = Possibility::What;

// One letter for each wish: others of it differ in the number of their signal alone.
std::vector<Command> some_orders() {
    std::vector<Command> result;
    for (const Command& command : commands) {
        if (std::ranges::find(result, command.operation, &Command::operation) == result.end())
            result.push_back(command);
    }
    return result;
}

void add_possibilities(std::vector<Possibility>& to, const std::string& name,
                       std::optional<UnitId> Party::*whom) {
    to.push_back({name + " is due", What::timeout, whom});
    to.push_back({name + " is due, start fails", What::timeout, whom, {}, false});
    for (const Command& command : some_orders()) {
        std::string letter = "svc -" + std::string(1, command.letter) + " " + name;
        to.push_back({letter, What::tell, whom, {command}});
        if (command.operation == Operation::up || command.operation == Operation::once)
            to.push_back({letter + ", start fails", What::tell, whom, {command}, false});
    }
    to.push_back({"svc -xu " + name, What::tell, whom, {*command_of('x'), *command_of('u')}});
}

// Of a service's own gate nothing of the bond depends.
void add_gates(std::vector<Possibility>& to) {
    to.push_back({"the logger's gate shuts", What::tell, &Party::logger, {Gate::shut}});
    to.push_back({"the logger's gate is asked for", What::tell, &Party::logger, {Gate::asked}});
    to.push_back({"the logger's gate opens", What::tell, &Party::logger, {Gate::open}});
}

void add_exits(std::vector<Possibility>& to, const std::string& name, Place place) {
    const Exited exited{Role::main, {ExitResult::Kind::exited, 0}};
    const Exited unborn{Role::main, {ExitResult::Kind::exited, 0}, false};
    to.push_back({name + " exits", What::exit, nullptr, {exited}, true, place});
    to.push_back({name + " exits, start fails", What::exit, nullptr, {exited}, false, place});
    to.push_back({name + " exits early", What::exit, nullptr, {exited}, true, place, true});
    to.push_back({name + " exits unborn", What::exit, nullptr, {unborn}, true, place});
    to.push_back({name + " exits unborn early", What::exit, nullptr, {unborn}, true, place, true});
}

std::vector<Possibility> all_possibilities() {
    std::vector<Possibility> result{
        {"take service", What::take, &Party::service},
        {"take service, refused", What::take, &Party::service, {}, false},
        {"take logger", What::take, &Party::logger},
        {"take logger, refused", What::take, &Party::logger, {}, false},
        {"link", What::link},
        {"unlink", What::unlink},
        {"add log", What::add_log},
        {"remove log", What::remove_log},
        {"halt", What::halt},
        {"crash", What::crash},
        {"crash of the guardian", What::crash, nullptr, {}, false},
    };
    add_exits(result, "service", Place::service);
    add_exits(result, "logger", Place::log);
    add_possibilities(result, "service", &Party::service);
    add_possibilities(result, "logger", &Party::logger);
    add_possibilities(result, "former logger", &Party::former);
    add_gates(result);
    return result;
}

// Plays what the engine does around Units: one situation becomes another.
class Play {
  public:
    Play(Situation& situation, const Next& next, bool succeeds)
        : s_(situation), next_(next), succeeds_(succeeds) {}

    // Empty, or what is wrong.
    std::string play(const Possibility& what) {
        switch (what.what) {
            case What::tell: tell(*(s_.party.*what.whom), what.events); break;
            case What::exit: exit(what); break;
            case What::timeout: time_out(*(s_.party.*what.whom)); break;
            case What::take: take(*(s_.party.*what.whom)); break;
            case What::link: link(); break;
            case What::unlink: unlink(); break;
            case What::add_log: add_log(); break;
            case What::remove_log: remove_log(); break;
            case What::halt: halt(); break;
            case What::crash: crash(); break;
        }
        if (broken_.empty()) broken_ = s_.expected.at_rest(s_.units, s_.party, s_.has_log);
        return broken_;
    }

  private:
    Place place_of(UnitId id) const { return s_.party.service == id ? Place::service : Place::log; }
    Files& files(UnitId id) { return s_.files.at(static_cast<size_t>(place_of(id))); }
    Unit& unit(UnitId id) { return s_.units.at(id); }
    bool is_held(std::optional<UnitId> id) { return id && unit(*id).hold == Hold::held; }

    void break_law(const std::string& what) {
        if (broken_.empty()) broken_ = what;
    }

    void act(UnitId id, const Event& event) {
        const Place place = place_of(id);
        s_.expected.stop_requested_at(place);
        for (const Effect& effect : step(unit(id).service, default_rules, event, present)) {
            if (!std::holds_alternative<core::Start>(effect)) continue;
            if (s_.expected.alive(place)) break_law("a second process");
            if (!succeeds_) {
                s_.expected.start_failed(place);
                step(unit(id).service, default_rules, StartFailed{Role::main, 2}, present);
                continue;
            }
            bool with_log = place == Place::service && s_.has_log;
            if (with_log) s_.expected.opened();
            break_law(s_.expected.started(place, s_.units.launch(id, Role::main, with_log),
                                          s_.party, s_.has_log));
            step(unit(id).service, default_rules, Started{Role::main, Pid(1), present}, present);
            if (place == Place::log || with_log) continue;
            s_.units.end_log(id);
            settle();
        }
    }

    void tell(UnitId id, const std::vector<Event>& events) {
        for (const Event& event : events) act(id, event);
        s_.units.settle(id);
        settle();
    }

    // Who holds the directory hears of it, if anybody does.
    void exit(const Possibility& what) {
        s_.expected.exited(what.place);
        auto holder = what.place == Place::service ? s_.party.service
                      : s_.party.former            ? s_.party.former
                                                   : s_.party.logger;
        if (!is_held(holder)) return;
        unit(*holder).service.started = what.is_early ? present.boot : long_ago;
        tell(*holder, what.events);
    }

    void time_out(UnitId id) {
        Service& service = unit(id).service;
        service.started = service.stop_requested_at = long_ago;
        tell(id, {Timeout{next_due(service, default_rules)->why}});
    }

    void settle() {
        for (int turns = 0; broken_.empty(); ++turns) {
            auto action = next_(s_.units);
            if (!action) return;
            if (turns > 100) return break_law("it does not come to rest");
            break_law(s_.expected.action(*action, s_.units, s_.party, s_.has_log, s_.halting));
            if (broken_.empty()) perform(*action);
        }
    }

    void perform(const Action& action) {
        const UnitId id = action.unit;
        switch (action.kind) {
            case Kind::save: return save(id, false);
            case Kind::save_end: return save(id, true);
            case Kind::close_log: return;
            case Kind::recall: return change(unit(id), HoldEvent::recalled, present.boot);
            case Kind::take: try_to_take(id); return;
            case Kind::drain:
                if (s_.party.logger == id) leave(id);
                return act(id, Drain{});
            case Kind::release: return change(unit(id), HoldEvent::released, present.boot);
            case Kind::forget: return forget(id);
        }
    }

    // The logger of a service that is over is a former one.
    void leave(UnitId id) {
        s_.party.logger.reset();
        s_.party.former = id;
    }

    void forget(UnitId id) {
        s_.units.remove(id);
        for (auto each : {&Party::service, &Party::logger, &Party::former}) {
            if (s_.party.*each == id) (s_.party.*each).reset();
        }
    }

    void save(UnitId id, bool is_end) {
        Files& where = files(id);
        where.has_record = true;
        where.released = is_end;
        where.same_session = true;
        where.record = unit(id).service;
    }

    // Whether it was taken. A directory can be held once.
    bool try_to_take(UnitId id) {
        Unit& each = unit(id);
        if (each.owner) s_.expected.opened();
        const Place place = place_of(id);
        if (!succeeds_ || (place == Place::log && s_.party.former)) {
            change(each, HoldEvent::refused, present.boot);
            return false;
        }
        Files& where = files(id);
        bool linked = each.service.linked;
        bool alive = s_.expected.alive(place);
        bool is_lost = !where.same_session && !(has_process(where.record) && alive);
        bool is_new = !where.has_record || where.released || is_lost;
        each.service = is_new ? fresh(false, present)
                              : resumed(where.record, default_rules,
                                        {alive, where.same_session, true, false}, present);
        each.service.linked = linked;
        each.dir = PairExpectation::dir_of(place);
        change(each, HoldEvent::taken, present.boot);
        s_.expected.taken(place, is_new);
        save(id, false);
        if (place == Place::service && s_.has_log) add_logger();
        return true;
    }

    void take(UnitId id) {
        bool taken = try_to_take(id);
        if (!taken && !unit(id).service.linked) return forget(id);
        s_.units.settle(id);
        settle();
    }

    void add_logger() {
        s_.expected.opened();
        s_.party.logger = s_.units.add(present.boot, s_.party.service);
    }

    void link() {
        if (s_.party.service) return tell(*s_.party.service, {Linked{true}});
        s_.party.service = s_.units.add(present.boot);
    }

    void unlink() {
        if (is_held(s_.party.service)) return tell(*s_.party.service, {Linked{false}});
        forget(*s_.party.service);
    }

    void add_log() {
        s_.has_log = true;
        if (!is_held(s_.party.service)) return;
        if (!s_.party.logger) return add_logger();
        if (is_held(s_.party.logger)) tell(*s_.party.logger, {Linked{true}});
    }

    void remove_log() {
        s_.has_log = false;
        if (is_held(s_.party.logger)) tell(*s_.party.logger, {Linked{false}});
    }

    void halt() {
        s_.halting = true;
        s_.units.close();
        if (is_held(s_.party.service)) return tell(*s_.party.service, {Shutdown{}});
        if (s_.party.service) forget(*s_.party.service);
    }

    // The next engine finds what is linked, and by its list what went on without a link.
    void crash() {
        bool linked = s_.party.service && unit(*s_.party.service).service.linked;
        bool goes_on = linked || is_held(s_.party.service);
        for (Files& each : s_.files) each.same_session = each.same_session && succeeds_;
        s_.units = {};
        s_.party = {};
        s_.halting = false;
        s_.expected.engine_died();
        if (!goes_on) return;
        s_.party.service = s_.units.add(present.boot);
        unit(*s_.party.service).service.linked = linked;
    }

    Situation& s_;
    const Next& next_;
    bool succeeds_;
    std::string broken_;
};

}  // namespace

std::vector<Possibility> possibilities() {
    return all_possibilities();
}

bool is_possible(const Situation& situation, const Possibility& what) {
    auto of = [&](std::optional<UnitId> id) { return id ? &situation.units.at(*id) : nullptr; };
    const Unit* whom = what.whom ? of(situation.party.*what.whom) : nullptr;
    const Unit* service = of(situation.party.service);
    const bool held = whom != nullptr && whom->hold == Hold::held;
    const bool linked = service != nullptr && service->service.linked;
    switch (what.what) {
        case What::tell: return held;
        case What::timeout: return held && next_due(whom->service, default_rules);
        case What::exit: return situation.expected.alive(what.place);
        case What::take: return whom != nullptr && !held;
        case What::link: return !situation.halting && !linked;
        case What::unlink: return !situation.halting && linked;
        case What::add_log: return !situation.halting && !situation.has_log;
        case What::remove_log: return !situation.halting && situation.has_log;
        case What::halt: return !situation.halting;
        case What::crash: return true;
    }
    return false;
}

std::string play(Situation& situation, const Possibility& what, const Next& next) {
    return Play(situation, next, what.succeeds).play(what);
}

}  // namespace hf::test
