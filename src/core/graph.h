// SPDX-License-Identifier: MIT
// What services wait for that need, want or follow each other: by their names, which may stand for
// nothing yet. Pure.
//
// Here stand only the edges; how a service stands is asked for when it matters. Whoever finds that
// one stands otherwise than before says changed(), and then does what next() says until it says
// nothing. Nothing calls itself: what is still to be looked at stands in a list.
//
//   - a service starts only while each that it needs is good, and each that it wants or follows is
//     good, or will not be soon;
//   - what somebody needs or wants who is to be up is pulled up;
//   - when everything stops, a service is told when nobody who names it has a process.
//
// A cycle is not found here: its services wait for each other.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/service.h"
#include "core/unit.h"

namespace hf::core {

// What the administrator lets a service wait for, by name.
struct Waits {
    std::vector<std::string> needs{};
    std::vector<std::string> wants{};
    std::vector<std::string> after{};
    Duration wants_wait = std::chrono::seconds(30);  // for `wants` and `after`, at most

    bool empty() const { return needs.empty() && wants.empty() && after.empty(); }
    bool operator==(const Waits&) const = default;
};
inline const Waits no_waits{};

// A service, as far as it matters to others.
struct Standing {
    bool good = false;     // what needs it may start
    bool settled = false;  // ... and what wants it: it is good, or down, or has failed
    bool wanted = false;   // it is to be up
    bool runs = false;     // it has a process
    bool operator==(const Standing&) const = default;
};
Standing standing_of(const Service& service, const Rules& rules);

class Graph {
  public:
    // How the service of that name stands; none if it is not supervised.
    using Look = std::function<std::optional<Standing>(const std::string& name)>;
    explicit Graph(Look look) : look_(std::move(look)) {}

    // What `id`, which is called `name` (empty: nobody can name it), waits for from now on.
    void set(UnitId id, const std::string& name, const Waits& waits);
    void remove(UnitId id);

    // All that there was at first stands as it does: now it can be said who waits, and for what.
    void begin() { has_begun_ = true; }

    // From now on everything is to stop, and is told in order.
    void halt(const std::vector<std::string>& names);

    // The service of that name stands otherwise than `before`; none: it is not supervised.
    void changed(const std::string& name, const std::optional<Standing>& before,
                 const std::optional<Standing>& now);

    // Whether somebody pulls it up is to be looked at: nobody has looked since it was there.
    void doubt_pull(const std::string& name) { tasks_.push_back({Task::Kind::pull, {}, name}); }

    // Whether `id` may start, as far as others are concerned.
    Gate gate(UnitId id, Time now);
    // When to ask again, if nothing changes before.
    std::optional<Time> gate_due(UnitId id) const;

    struct Task {
        enum class Kind {
            look,  // ask for the gate of `unit`, and tell it
            pull,  // tell the service `name` whether is_pulled()
            halt,  // tell the service `name` Shutdown
        };
        Kind kind;
        UnitId unit{};
        std::string name{};
        bool operator==(const Task&) const = default;
    };
    std::optional<Task> next();

    bool is_pulled(const std::string& name) const;

  private:
    struct Node {
        std::string name;
        Waits waits;
        std::optional<Time> waits_since{};  // for `wants` and `after` alone
    };
    // Those that wait for one name. Who was found last is asked first: while many of them end, one
    // after the other, each is asked a few times, and not each time.
    struct Waiting {
        std::set<UnitId> who{};
        mutable UnitId found_last{};
    };
    static bool any_of(const Waiting& waiting, const std::function<bool(UnitId)>& is_it);
    void look_at_others(const Waits& waits);
    bool are_good(const std::vector<std::string>& names) const;
    bool are_settled(const std::vector<std::string>& names) const;
    bool may_halt(const std::string& name) const;

    Look look_;
    std::map<UnitId, Node> nodes_;  // of those that wait for anything
    std::map<std::string, UnitId> ids_;
    std::map<std::string, Waiting> waited_for_;
    std::vector<Task> tasks_;  // the next one last
    bool has_begun_ = false;
    bool is_halting_ = false;
};

}  // namespace hf::core
