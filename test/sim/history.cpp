// SPDX-License-Identifier: MIT
#include "history.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>

#include "fake_kernel.h"
#include "laws.h"
#include "story.h"
#include "sys/error.h"

namespace hf::test {

using namespace core;
using namespace std::chrono_literals;

namespace {

// From the last trouble until all must be well again: the longest patience and the longest retry,
// one after the other.
constexpr Duration time_to_settle = 40s;
constexpr Duration time_to_halt = 90s;

// The engines, one after the other, and the order that must be at the end.
class History {
  public:
    explicit History(const Plot& plot) : world_(plot.seed) {
        world_.verbose = plot.verbose;
        world_.bug = plot.bug;
        world_.crash_before = plot.crash_before;
        world_.crash_after = plot.crash_after;
        world_.fail_at = plot.fail_at;
        story_ = tell_story(world_, plot.scenario, [this] { calm_down(); });
    }

    Outcome play() {
        Outcome outcome;
        Time begun = world_.now().boot;
        try {
            while (!over_) run_engine();
        } catch (const Violation& violation) {
            outcome.violation = violation.what;
        } catch (const sys::Error& error) {
            outcome.violation = "an error ended the engine: " + error.text();
        }
        outcome.met = world_.met;
        outcome.calls = world_.calls;
        outcome.crashes = world_.crashes;
        outcome.exits = world_.exits;
        outcome.faults = world_.faults;
        outcome.laws = world_.laws;
        outcome.time = world_.now().boot - begun;
        return outcome;
    }

  private:
    void run_engine() {
        FakeKernel kernel(world_);
        engine::Engine engine(kernel, world_.session(), engine::Mode::scan_dir,
                              world_.main_service);
        kernel.watch(engine);
        try {
            engine.run();
        } catch (const Crash&) {
            ++world_.crashes;
            world_.trace("the engine crashes");
            world_.engine_ended();
            const bool alone = !world_.machine_dies && !world_.guardian_dies;
            if (world_.machine_dies) {
                world_.reboot();
            } else if (world_.guardian_dies) {
                world_.guardian_ended();
            }
            world_.pass_to(world_.now().boot + world_.pick(50) * 1ms);
            // It has taken with it what it had read.
            if (alone && ordered_up_) world_.plan(10s, [this] { order_up(); });
            return;
        }
        world_.trace(world_.leaving ? "the engine left" : "everything has stopped");
        if (!world_.leaving) check_halted(world_);
        over_ = ending_ || world_.exit_code;
        world_.guardian_ended();
        world_.pass_to(world_.now().boot + world_.pick(3000) * 1ms);
    }

    // No more trouble; then everything must come to order by itself.
    void calm_down() {
        if (!world_.main_service.empty()) throw Violation{"the main service is not concluded"};
        world_.trace("calm");
        for (size_t i = 0; i < world_.directories.size(); ++i) {
            Directory& each = world_.directories[i];
            if (each.file.edit != 0)
                world_.edit_rules(static_cast<int>(i), rules_at_last(each), true, waits_at_last(i));
            each.start_error = 0;
            each.short_lived = each.normally_down = each.never_ready = false;
        }
        for (auto& [serial, each] : world_.processes) {
            if (each.says_ready && !each.said_ready_at) each.ready_at = world_.now().boot + 1s;
        }
        // What was paused may end, by the rules of before: not after it was ordered up.
        world_.plan(time_to_settle / 2, [this] { order("c"); });
        world_.plan(time_to_settle, [this] { order_up(); });
        world_.plan(2 * time_to_settle, [this] { check_order_and_halt(); });
    }

    Rules rules_at_last(const Directory& directory) {
        Rules rules;
        rules.says_ready = !directory.name.ends_with("/log") && world_.one_in(2);
        rules.notifies = rules.says_ready && world_.one_in(2);
        if (rules.says_ready && !rules.notifies) rules.ready_fd = 3;
        return rules;
    }

    // Of those that are linked, the earlier ones; so each can come up.
    Waits waits_at_last(size_t directory) {
        Waits waits;
        for (const auto& [name, target] : world_.links) {
            if (target == static_cast<int>(directory)) return waits;
            if (world_.has_one_name(target) && world_.one_in(2)) waits.needs.push_back(name);
        }
        return {};
    }

    void order_up() {
        ordered_up_ = true;
        order("uc");
    }

    void order(const std::string& letters) {
        for (size_t i = 0; i < world_.directories.size(); ++i)
            world_.write_letters(static_cast<int>(i), letters);
    }

    void check_order_and_halt() {
        check_order(world_);
        world_.trace("halt");
        ending_ = true;
        world_.halting = true;
        world_.plan(time_to_halt, [] { throw Violation{"it does not come to an end"}; });
    }

    World world_;
    std::unique_ptr<Story> story_;
    bool ordered_up_ = false;
    bool ending_ = false;
    bool over_ = false;
};

}  // namespace

Outcome play(const Plot& plot) {
    return History(plot).play();
}

}  // namespace hf::test
