// SPDX-License-Identifier: MIT
#include "chance.h"

#include <cerrno>
#include <csignal>
#include <utility>

namespace hf::test {

using namespace std::chrono_literals;
using core::Duration;

namespace {

constexpr const char* letters = "uuuddooxpchaitkq12wrr?";

class Chance final : public Story {
  public:
    Chance(World& world, std::function<void()> calm) : world_(world), calm_(std::move(calm)) {
        for (std::uint64_t i = world_.pick(5) + 1; i > 0; --i) add();
        left_ = 20 + world_.pick(120);
        world_.plan(pause(), [this] { act(); });
    }

  private:
    std::string some_name() { return std::string(1, static_cast<char>('a' + world_.pick(6))); }

    int some_directory() { return static_cast<int>(world_.pick(world_.directories.size())); }

    // Mostly moments; sometimes minutes.
    Duration pause() {
        switch (world_.pick(8)) {
            case 0: return world_.pick(100) * 1us;
            case 1: return world_.pick(20) * 1ms;
            case 2:
            case 3:
            case 4: return world_.pick(1500) * 1ms;
            case 5:
            case 6: return world_.pick(20) * 1s;
            default: return world_.pick(300) * 1s;
        }
    }

    void add() {
        int directory = world_.make_directory("dir" + std::to_string(world_.directories.size()));
        if (world_.one_in(2)) world_.set_log(directory, true);
        for (Directory& each : world_.directories) change(each);
        std::string name = some_name();
        if (world_.links.contains(name)) world_.unlink(name);
        world_.link(name, directory);
    }

    void change(Directory& directory) {
        directory.short_lived = world_.one_in(3);
        directory.deaf = world_.one_in(5);
        directory.normally_down = world_.one_in(8);
        directory.never_ready = world_.one_in(8);
        directory.start_error = world_.one_in(8) ? ENOENT : 0;
    }

    void edit(int directory) {
        if (world_.one_in(5)) return world_.remove_rules(directory);
        core::Rules rules;
        if (world_.one_in(3)) rules.stop_timeout = 2s;
        if (world_.one_in(3)) rules.longest_delay = 30s;
        if (world_.one_in(4)) rules.restart = core::Restart::on_failure;
        if (world_.one_in(4)) rules.stop_on.add(3);
        if (world_.one_in(4)) rules.give_up = 5;
        if (world_.one_in(4)) rules.stop_signal = SIGINT;
        if (world_.one_in(4)) rules.later_signals = {{{1s, SIGTERM}, {1500ms, SIGQUIT}}};
        if (world_.one_in(3)) rules.kills_group = rules.stops_group = true;
        if (world_.one_in(4)) give_stop_command(rules);
        if (world_.one_in(8)) rules.oneshot = true;
        if (rules.oneshot) rules.restart = core::Restart::on_failure;
        const bool is_log = world_.at(directory).name.ends_with("/log");
        rules.tells_well = world_.one_in(4);
        rules.finish = !is_log && world_.one_in(3) ? 1 : 0;
        rules.finish_timeout = 2s;
        if (!is_log && world_.one_in(2)) {
            rules.says_ready = true;
            rules.notifies = world_.one_in(2);
            if (!rules.notifies) rules.ready_fd = 3;
            if (world_.one_in(2)) rules.ready_timeout = 5s;
        }
        rules.needs_lost = static_cast<core::NeedsLost>(world_.pick(3));
        world_.edit_rules(directory, rules, !world_.one_in(4), is_log ? core::Waits{} : waits());
    }

    static void give_stop_command(core::Rules& rules) {
        rules.has_stop_command = true;
        rules.stop_signal = signal_after_command;
        rules.later_signals = {};
        rules.stop_timeout = rules.shutdown_timeout = stop_command_limit;
    }

    // Names that stand for nothing are among them, and cycles.
    core::Waits waits() {
        core::Waits waits;
        for (auto* list : {&waits.needs, &waits.wants, &waits.after}) {
            if (world_.one_in(3)) list->push_back(some_name());
        }
        waits.wants_wait = 10s;
        return waits;
    }

    void act() {
        if (left_-- == 0) {
            world_.faults_per_mille = 0;
            world_.crash_before = world_.crash_after = 0;
            return calm_();
        }
        world_.plan(pause(), [this] { act(); });
        switch (world_.pick(22)) {
            case 0: return world_.directories.size() < 12 ? add() : void();
            case 1: return world_.unlink(some_name());
            case 2: return world_.link(some_name(), some_directory_of_mains());
            case 3: return world_.set_log(some_directory_of_mains(), world_.one_in(2));
            case 4: return change(world_.at(some_directory()));
            case 5: return world_.step_wall_clock((world_.pick(7200) * 1s) - 3600s);
            case 6: return strangers();
            case 7: return disturb();
            case 8: return end_something_big();
            case 9:
            case 10: return crash_soon();
            case 11:
            case 12: return kill();
            case 13:
            case 14: return edit(some_directory());
            default: return command();
        }
    }

    int some_directory_of_mains() {
        for (;;) {
            int directory = some_directory();
            if (!world_.at(directory).name.ends_with("/log")) return directory;
        }
    }

    void strangers() {
        for (std::uint64_t i = world_.pick(30); i > 0; --i) world_.start_stranger();
    }

    void disturb() {
        world_.faults_per_mille = world_.one_in(2) ? 0 : static_cast<unsigned>(world_.pick(200));
    }

    void crash_soon() {
        std::uint64_t number = world_.calls + 1 + world_.pick(100);
        (world_.one_in(2) ? world_.crash_before : world_.crash_after) = number;
    }

    void end_something_big() {
        switch (world_.pick(4)) {
            case 0: world_.leaving = true; return;
            case 1: world_.halting = true; return;
            case 2: world_.guardian_dies = true; return;
            default: world_.machine_dies = world_.one_in(3); return;
        }
    }

    void kill() {
        auto living = world_.living(some_directory());
        if (living) world_.end(*living, {core::ExitResult::Kind::signaled, SIGKILL});
    }

    void command() {
        std::string what;
        for (std::uint64_t i = world_.pick(3) + 1; i > 0; --i)
            what += letters[world_.pick(std::char_traits<char>::length(letters))];
        world_.write_letters(some_directory(), what);
    }

    World& world_;
    std::function<void()> calm_;
    std::uint64_t left_ = 0;
};

}  // namespace

std::unique_ptr<Story> told_by_chance(World& world, std::function<void()> calm) {
    return std::make_unique<Chance>(world, std::move(calm));
}

}  // namespace hf::test
