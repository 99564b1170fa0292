// SPDX-License-Identifier: MIT
// holdfast start, stop, restart, reload, signal, pause, continue, once: a command to each service,
// and then patience until it is so.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <set>

#include "cli/await.h"
#include "cli/command_line.h"
#include "cli/control_result.h"
#include "cli/snapshot.h"
#include "cli/survivors.h"
#include "cli/terminal.h"
#include "cli/wait_conditions.h"
#include "control/commands.h"
#include "program/tool.h"
#include "text/words.h"

namespace hf::cli {

using namespace control;
using namespace program;

namespace {

struct ControlOptions {
    Where where;
    const Verb* verb = nullptr;
    std::vector<std::string> names;
    bool all = false;
    bool force = false;
    bool all_processes = false;  // of `stop` and `restart`: also what its process leaves
    std::string signal;          // of `signal`
    std::chrono::nanoseconds timeout = std::chrono::seconds(30);
};

using Before = std::map<std::string, Past>;

Condition condition_of(Goal goal, const Before& before) {
    auto same_process = [before](const ServiceView& view) {
        return before.at(view.name).pid == view.pid();
    };
    switch (goal) {
        case Goal::none: return [](const ServiceView&) { return true; };
        case Goal::up: return is_settled;
        case Goal::down: return is_down;
        case Goal::paused:
            return [](const ServiceView& view) { return view.up() && view.status->paused; };
        case Goal::running:
            return [](const ServiceView& view) { return view.up() && !view.status->paused; };
        case Goal::restarted:
            return [same_process](const ServiceView& view) -> Check {
                if (same_process(view)) return false;
                return is_settled(view);
            };
        case Goal::reloaded:  // as far as can be seen: it has ended
            return [same_process](const ServiceView& view) { return !same_process(view); };
    }
    return {};
}

bool runs_once(const ServiceView& view) {
    return view.up() && view.record && view.record->service.want == core::Want::once;
}

// To restart it would mean to keep it up, which nobody has ordered.
std::string runs_once_words(const std::string& name) {
    const std::string word = text::shell_word(name);
    return "it runs once, and is not restarted; to run it once more: holdfast stop " + word +
           " && holdfast once " + word + "; to keep it up: holdfast start " + word;
}

std::optional<unsigned> exits_of(const ServiceView& view) {
    if (!view.record) return std::nullopt;
    return view.record->service.exits;
}

// The end of the process that was there before the order proves nothing of what comes after it.
Condition unless_it_loops(const Before& before, Condition condition) {
    std::map<std::string, unsigned> exits;
    for (const auto& [name, past] : before)
        exits[name] = past.exits.value_or(0) + (past.pid != 0 ? 1 : 0);
    return unless_crash_loop(std::move(exits), std::move(condition));
}

class ControlCommand {
  public:
    ControlCommand(const ControlOptions& options, std::string scan_dir)
        : options_(options), verb_(*options.verb), scan_dir_(std::move(scan_dir)) {}

    int run(const std::vector<WatchedService>& services) {
        for (const WatchedService& each : services) give(each);
        if (options_.timeout.count() == 0 || verb_.goal == Goal::none) return code_;
        if (verb_.goal == Goal::reloaded)
            await_reload();
        else
            await_goal();
        return code_;
    }

  private:
    void print(const Result& result) {
        if (!result.state.empty()) say(result.name + ": " + result.state + "\n");
        for (const std::string& each : result.advice) warn(each);
        code_ = std::max(code_, static_cast<int>(result.reached));
    }

    void give(const WatchedService& service) {
        ServiceView view = inspect_service(service.name, service.path);
        before_[service.name] = {view.pid(), exits_of(view), session_of(view)};
        bool starts_what_is_down = verb_.goal == Goal::restarted && !options_.all;
        bool void_command = view.supervised && !view.up() && !starts_what_is_down &&
                            (verb_.needs_process || verb_.goal == Goal::restarted);
        if (void_command && options_.all) return;
        std::string trouble;
        if (void_command)
            trouble = "not running: nothing to " + std::string(verb_.name);
        else if (verb_.goal == Goal::restarted && runs_once(view))
            trouble = runs_once_words(service.name);
        else
            trouble = send_letters(control_, service, letters_of(verb_, options_.signal, view));
        if (trouble.empty()) return reached_.push_back(service);
        print({service.name, Reached::refused, "", {service.name + ": " + trouble}});
    }

    // A program that does not know SIGHUP as a wish to read its settings is ended by it.
    void await_reload() {
        constexpr std::chrono::milliseconds moment(300);
        std::set<std::string> alive;
        for (const WatchedService& each :
             await(reached_, condition_of(verb_.goal, before_), moment))
            alive.insert(each.name);
        for (const WatchedService& each : reached_) {
            if (!alive.contains(each.name))
                print(result_of_death_by_reload(each.name, inspect_service(each.name, each.path)));
        }
    }

    std::vector<WatchedService> wait_visibly(const Condition& condition) const {
        ProgressLine progress{std::string(word_of(verb_.goal))};
        return await(reached_, condition, options_.timeout, &progress);
    }

    void await_goal() {
        Condition condition = condition_of(verb_.goal, before_);
        if (should_be_up(verb_)) condition = unless_it_loops(before_, condition);
        auto open = wait_visibly(condition);
        if (!open.empty() && options_.force) open = force(open, condition);
        std::set<std::string> late;
        for (const WatchedService& each : open) late.insert(each.name);
        for (const WatchedService& each : reached_) {
            ServiceView view = inspect_service(each.name, each.path);
            bool holds = !late.contains(each.name) || condition(view).holds;
            print(result_of(verb_, before_.at(each.name), view, holds, options_.force,
                            holds ? "" : cause_of_loop(view)));
            if (holds) end_or_name_survivors(view);
        }
    }

    std::string cause_of_loop(const ServiceView& view) const {
        if (!should_be_up(verb_) || !view.crash_loop) return "";
        return first_line_of_why(scan_dir_, view.name, 0);
    }

    void end_or_name_survivors(const ServiceView& view) const {
        if (!verb_.ends_process || (verb_.goal == Goal::down && view.up())) return;
        const pid_t session = before_.at(view.name).session;
        if (options_.all_processes) end_survivors(view, session, time_for_survivors);
        if (!warn_of_survivors(view, session).empty() && !options_.all_processes)
            warn("next time: holdfast " + std::string(verb_.name) + " --all-processes " +
                 text::shell_word(view.name));
    }

    // What is new is not what should have ended.
    std::vector<WatchedService> force(const std::vector<WatchedService>& services,
                                      const Condition& condition) {
        bool any = false;
        for (const WatchedService& each : services) {
            if (!has_not_ended(verb_, before_.at(each.name), inspect_service(each.name, each.path)))
                continue;
            kill_late(control_, each);
            any = true;
        }
        return any ? await(services, condition, time_to_die) : services;
    }

    const ControlOptions& options_;
    const Verb& verb_;
    const std::string scan_dir_;
    Control control_;
    Before before_;
    std::vector<WatchedService> reached_;
    int code_ = 0;
};

int control_command(const ControlOptions& options) {
    if (letters_of(*options.verb, options.signal, {}).empty())
        throw Usage{"holdfast: there is no signal " + options.signal +
                    " that a service can be sent\nthese can: HUP INT QUIT TERM KILL ALRM USR1 USR2 "
                    "WINCH CONT STOP"};
    std::signal(SIGPIPE, SIG_IGN);
    std::string scan_dir = scan_directory(options.where.scan_dir);
    if (options.names.empty() && !options.all)
        throw Usage{"holdfast: which service? name one, or use --all"};
    return ControlCommand(options, scan_dir)
        .run(watched(scan_dir,
                     chosen(scan_dir, located(options.where, options.names), options.all)));
}

}  // namespace

void add_control(CommandLine& line) {
    for (const Verb& verb : verbs) {
        auto options = std::make_shared<ControlOptions>();
        options->verb = &verb;
        CLI::App* sub = line.add(std::string(verb.name), verb.help, options, control_command);
        if (verb.letters.empty())
            sub->add_option("signal", options->signal, "HUP, TERM, USR1 ...")
                ->required()
                ->type_name("SIGNAL");
        add_names(sub, options->names);
        sub->add_flag("--all", options->all, "every service of the scan directory");
        // `--wait` alone means the usual time.
        add_seconds(sub, "--wait", options->timeout, "how long to wait until done (30)",
                    text::wrong_seconds_if_any)
            ->expected(0, 1);
        if (!verb.ends_process) continue;
        sub->add_flag("--force", options->force, "kill what has not exited by then");
        add_all_processes(sub, options->all_processes);
    }
}

}  // namespace hf::cli
