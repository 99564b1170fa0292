// SPDX-License-Identifier: MIT
// What services that are bound to each other owe each other. Pure.
//
// There is one bond, that of a log: a logger reads from a pipe what its owner writes. Its law:
//
//   - the pipe is kept open until nothing will be written to it any more: until the owner is
//     finished, or was started without a log;
//   - only then is the logger told to drain it, and from then on it is nobody's;
//   - an owner that is finished is kept as long as its logger has to read: until that was taken and
//     has started once more, or cannot be.
//
// Whoever tells a unit an event, or tries to take one, says so by settle(), and then does what
// next() says until it says nothing: one thing at a time, as what comes of it decides on the next.
// Nothing calls itself: what is still to be looked at stands in a list. It has an end because each
// look either changes nothing or brings a unit one step nearer to being given back.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/launch.h"
#include "core/unit.h"

namespace hf::core {

// One thing to do in the world for a unit.
struct Action {
    enum class Kind {
        save,       // write down what has changed, and when it is due
        save_end,   // write down that its supervision is over
        close_log,  // nothing will be written to its log any more
        recall,     // HoldEvent::recalled
        take,       // try to take it now; answered by HoldEvent::taken or refused
        drain,      // tell it Drain
        release,    // give its directory back; HoldEvent::released
        forget,     // the same if it is held, and remove it
    };
    Kind kind;
    UnitId unit;
    bool operator==(const Action&) const = default;
};

// A value: everything that is supervised or should be.
class Units {
  public:
    // A new one that is due at `now`; a logger, if it has an owner.
    UnitId add(Time now, std::optional<UnitId> owner = std::nullopt);
    void remove(UnitId id);

    Unit& at(UnitId id) { return units_.at(id); }
    const Unit& at(UnitId id) const { return units_.at(id); }

    // From now on nothing that is given back is taken again.
    void close() { closing_ = true; }

    // What `id` does, or whether it is held, has changed.
    void settle(UnitId id);
    // `id` was started without a log.
    void end_log(UnitId id);

    // What a process of `id`, which is held, is to be: a logger reads from its owner's pipe; what
    // has a log writes to its own.
    Launch launch(UnitId id, Role role, bool has_log) const;

    // What must be done now. None: everything has settled.
    std::optional<Action> next();

  private:
    // What is to be looked at or done, the next thing last.
    enum class Step { look, wake, part, drain, act };
    struct Pending {
        Step step;
        UnitId unit;
        Action::Kind kind{};  // of `act`
    };
    void push(Step step, UnitId id) { pending_.push_back({step, id}); }
    void push(Action::Kind kind, UnitId id) { pending_.push_back({Step::act, id, kind}); }
    void look(UnitId id);
    void wake(UnitId owner);
    void part(UnitId owner);
    void drain(UnitId logger);
    bool is_over(const Unit& unit) const;
    bool is_taken_again(const Unit& unit) const;
    bool has_to_read(const Unit& logger) const;

    std::map<UnitId, Unit> units_;
    std::vector<Pending> pending_;
    unsigned last_ = 0;
    bool closing_ = false;
};

}  // namespace hf::core
