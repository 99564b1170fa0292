// SPDX-License-Identifier: MIT
// holdfast wait up|down|ready|dead NAME...
#include <algorithm>
#include <map>

#include "cli/command_line.h"
#include "cli/snapshot.h"
#include "cli/wait_conditions.h"
#include "control/commands.h"
#include "diagnose/subject.h"
#include "program/tool.h"
#include "text/words.h"

namespace hf::cli {

using namespace diagnose;
using namespace control;
using namespace text;
using namespace program;

namespace {

struct WaitOptions {
    Where where;
    std::string goal;  // "up", "down", "ready", "dead"
    std::vector<std::string> names;
    std::uint16_t port = 0;                                       // of "ready"
    std::chrono::nanoseconds timeout = std::chrono::seconds(30);  // 0: without a limit
};

// Without --port, what its run script tells.
Condition readiness(const std::string& scan_dir, const WaitOptions& options,
                    const std::vector<WatchedService>& services) {
    std::map<std::string, std::uint16_t> ports;
    for (const WatchedService& each : services)
        ports[each.name] = options.port != 0 ? options.port : subject(scan_dir, each.name, 0).port;
    return [ports](const ServiceView& view) { return is_ready(view, ports.at(view.name)); };
}

// The process that a service has now has ended, whether or not another one follows.
Condition exits(const std::vector<WatchedService>& services) {
    std::map<std::string, pid_t> before;
    for (const WatchedService& each : services)
        before[each.name] = inspect_service(each.name, each.path).pid();
    return [before](const ServiceView& view) -> Check {
        pid_t old = before.at(view.name);
        return old == 0 || view.pid() != old;
    };
}

Condition condition_of(const std::string& scan_dir, const WaitOptions& options,
                       const std::vector<WatchedService>& services) {
    if (options.goal == "down") return is_down;
    if (options.goal == "dead") return exits(services);
    if (options.goal == "ready") return readiness(scan_dir, options, services);
    return [](const ServiceView& view) -> Check { return view.up(); };
}

// Of services that should run, why they do not is said, too: the first line of `holdfast why`.
void say_what_is_open(const std::string& scan_dir, const WaitOptions& options,
                      const std::vector<WatchedService>& open) {
    bool should_run = options.goal == "up" || options.goal == "ready";
    for (const WatchedService& each : open) {
        std::string cause = should_run ? first_line_of_why(scan_dir, each.name, options.port) : "";
        warn(each.name + " is not " + options.goal + " yet" + (cause.empty() ? "" : ": " + cause));
        if (!cause.empty()) warn(advice_why(each.name));
    }
}

int wait_command(const WaitOptions& options) {
    std::string scan_dir = scan_directory(options.where.scan_dir);
    auto services =
        watched(scan_dir, chosen(scan_dir, located(options.where, options.names), false));
    for (const WatchedService& each : services) {
        if (!inspect_service(each.name, each.path).readable)
            throw Fatal{"you may not look into " + each.path + "/supervise; try it as root (sudo)"};
    }
    Condition condition = condition_of(scan_dir, options, services);
    bool should_run = options.goal == "up" || options.goal == "ready";
    if (should_run) condition = unless_stopping(condition);
    if (options.goal == "ready") condition = unless_crash_loop(services, condition);
    std::optional<std::chrono::nanoseconds> timeout;
    if (options.timeout.count() > 0) timeout = options.timeout;
    ProgressLine progress(options.goal);
    auto open = await(services, condition, timeout, &progress);
    say_what_is_open(scan_dir, options, open);
    if (open.empty()) return 0;
    constexpr int stopping = 3;
    bool is_told =
        should_run && std::any_of(open.begin(), open.end(), [](const WatchedService& each) {
            return is_stopping(inspect_service(each.name, each.path));
        });
    return is_told ? stopping : 1;
}

}  // namespace

void add_wait(CommandLine& line) {
    auto options = std::make_shared<WaitOptions>();
    CLI::App* sub =
        line.add("wait", "wait until services are up, down, ready or dead", options, wait_command);
    sub->add_option("goal", options->goal, "up, down, ready or dead")
        ->required()
        ->check(CLI::IsMember({"up", "down", "ready", "dead"}))
        ->type_name("GOAL");
    add_names(sub, options->names)->required();
    add_port(sub, options->port, "ready: when it listens there (else as run says)");
    add_seconds(sub, "--timeout", options->timeout, "time limit (30); 0: none");
}

}  // namespace hf::cli
