// SPDX-License-Identifier: MIT
#include "history.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>

#include "fake_kernel.h"
#include "story.h"
#include "sys/error.h"

namespace hf::test {

using namespace core;
using namespace std::chrono_literals;

namespace {

// From the last trouble until all must be well again: the longest patience and the longest retry,
// one after the other.
constexpr Duration time_to_settle = 40s;
constexpr Duration time_to_halt = 40s;

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
        outcome.calls = world_.calls;
        outcome.crashes = world_.crashes;
        outcome.deaths = world_.deaths;
        outcome.time = world_.now().boot - begun;
        return outcome;
    }

  private:
    void run_engine() {
        FakeKernel kernel(world_);
        engine::Engine engine(kernel, world_.session(), engine::Mode::folder);
        kernel.watch(engine);
        try {
            engine.run();
        } catch (const Crash&) {
            ++world_.crashes;
            world_.trace("the engine crashes");
            world_.engine_ended();
            if (world_.machine_dies) {
                world_.reboot();
            } else if (world_.guardian_dies) {
                world_.guardian_ended();
            }
            world_.pass_to(world_.now().boot + world_.pick(50) * 1ms);
            return;
        }
        world_.trace(world_.leaving ? "the engine left" : "everything has stopped");
        if (!world_.leaving) check_halted();
        world_.guardian_ended();
        over_ = ending_;
        world_.pass_to(world_.now().boot + world_.pick(3000) * 1ms);
    }

    // No more trouble; then everything must come to order by itself.
    void calm_down() {
        world_.trace("calm");
        world_.faults_per_mille = 0;
        world_.crash_before = world_.crash_after = 0;
        for (Directory& each : world_.directories_) {
            each.start_error = 0;
            each.short_lived = false;
            each.normally_down = false;
        }
        world_.plan(time_to_settle, [this] {
            for (size_t i = 0; i < world_.directories_.size(); ++i)
                world_.write_letters(static_cast<int>(i), "uc");
        });
        world_.plan(2 * time_to_settle, [this] { check_order(); });
    }

    // Everything that is linked runs, once; what is not does not run unless it was lost.
    void check_order() {
        for (size_t i = 0; i < world_.directories_.size(); ++i) {
            int directory = static_cast<int>(i);
            const Directory& each = world_.at(directory);
            if (!world_.is_linked(directory)) continue;
            auto living = world_.living(directory);
            if (!each.locked || !each.listening) throw Violation{"not supervised: " + each.name};
            if (!living) throw Violation{"does not come up: " + each.name};
            auto record = world_.record(directory);
            if (!record || record->service.pid != world_.process(*living).pid)
                throw Violation{"not known in the end: " + each.name};
        }
        auto zombie = world_.first_zombie();
        if (zombie && world_.process(*zombie).directory >= 0) throw Violation{"a zombie is left"};
        world_.trace("halt");
        ending_ = true;
        world_.halting = true;
        world_.plan(time_to_halt, [] { throw Violation{"it does not come to an end"}; });
    }

    void check_halted() {
        for (const auto& [serial, each] : world_.processes_) {
            if (each.directory < 0 || !each.executed || each.ended || each.lost) continue;
            if (!world_.at(each.directory).troubled)
                throw Violation{"left running: " + world_.at(each.directory).name};
        }
        for (size_t i = 0; i < world_.directories_.size(); ++i) {
            const Directory& each = world_.directories_[i];
            if (each.locked || each.pipe_held) throw Violation{"still held: " + each.name};
            auto record = world_.record(static_cast<int>(i));
            bool released = !record || record->released || each.troubled;
            if (each.was_held && !released) throw Violation{"not released: " + each.name};
        }
    }

    World world_;
    std::unique_ptr<Story> story_;
    bool ending_ = false;
    bool over_ = false;
};

}  // namespace

Outcome play(const Plot& plot) {
    return History(plot).play();
}

}  // namespace hf::test
