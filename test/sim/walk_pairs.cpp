// SPDX-License-Identifier: MIT
#include "walk_pairs.h"

#include "expectation.h"
#include "walk_pairs_play.h"
#include "walk_search.h"

namespace hf::test {

namespace {

using namespace core;

// Equal keys: no event can tell the situations apart, as far as the pair goes.
class Key {
  public:
    static std::string of(const Situation& situation) {
        Key key;
        const Party& party = situation.party;
        for (auto each : {party.service, party.logger, party.former})
            key.add(each ? &situation.units.at(*each) : nullptr);
        key.add(situation.files[0], is_held(situation, party.service), false);
        key.add(situation.files[1], party.former || is_held(situation, party.logger), true);
        key.add(situation.has_log);
        key.add(situation.halting);
        situation.expected.add_to_key([&](bool flag) { key.add(flag); });
        return key.bytes_;
    }

  private:
    static bool is_held(const Situation& situation, std::optional<UnitId> id) {
        return id && situation.units.at(*id).hold == Hold::held;
    }
    void add(bool flag) { bytes_.push_back(flag ? '1' : '0'); }
    void add(const Unit* unit) {
        if (unit == nullptr) return bytes_.push_back('-');
        bytes_.push_back(static_cast<char>(unit->hold));
        add(unit->owner.has_value());
        add(unit->service.linked);
        if (unit->hold == Hold::released) add(unit->retry_at <= present.boot);
        if (unit->hold == Hold::held) add(unit->service, unit->is_logger);
    }
    // What is written of what is held is what it is.
    void add(const Files& files, bool held, bool is_log) {
        if (held) return;
        bool is_old = !files.has_record || files.released;
        add(is_old);
        if (is_old) return;
        add(files.same_session);
        add(files.record, is_log);
    }
    // Where nothing will be started again, little matters; of a service that has no process because
    // it could not be started, nobody makes more than of another.
    void add(const Service& service, bool is_logger) {
        bytes_.push_back(static_cast<char>(service.state));
        add(service.shutting_down);
        if (service.shutting_down) return;
        if (is_logger) bytes_.push_back(static_cast<char>(service.gate));
        bytes_.push_back(static_cast<char>(service.want));
        add(service.exit_requested);
        if (has_process(service)) add(service.signalled);
        if (is_logger && service.state == State::waiting)
            add(service.last.kind == ExitResult::Kind::not_started);
    }
    std::string bytes_;
};

}  // namespace

Walk walk_pairs(const Next& next) {
    Walk result;
    Search<Situation> search;
    Situation first;
    first.party.service = first.units.add(present.boot);
    search.add(Key::of(first), first, "begin", std::nullopt);
    const auto all = possibilities();
    for (size_t from = 0; from < search.size() && !result.violation; ++from) {
        for (const Possibility& what : all) {
            if (!is_possible(search.at(from), what)) continue;
            Situation situation = search.at(from);
            ++result.steps;
            std::string broken = play(situation, what, next);
            if (!broken.empty()) {
                result.violation = broken + "\nafter: " + search.path(from) + what.name;
                break;
            }
            search.add(Key::of(situation), situation, what.name, from);
        }
    }
    result.situations = search.size();
    result.depth = search.depth();
    return result;
}

}  // namespace hf::test
