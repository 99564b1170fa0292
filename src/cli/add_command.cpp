// SPDX-License-Identifier: MIT
// holdfast add: makes a service directory, or takes one that is there; checks it, links it, and
// waits until it serves.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "cli/add_plan.h"
#include "cli/await.h"
#include "cli/command_line.h"
#include "cli/terminal.h"
#include "cli/wait_conditions.h"
#include "control/commands.h"
#include "diagnose/why.h"
#include "inspect/access.h"
#include "inspect/files.h"
#include "inspect/server.h"
#include "program/tool.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "text/arguments.h"
#include "text/run_template.h"
#include "text/runtimes.h"
#include "text/visible.h"
#include "text/words.h"

#include <fcntl.h>

namespace hf::cli {

using namespace diagnose;
using namespace control;
using namespace inspect;
using namespace text;
using namespace program;

namespace {

void make_directory(const std::string& path) {
    if (::mkdir(path.c_str(), 0755) < 0 && errno != EEXIST) sys::fail("unable to make " + path);
}

void write_script(const std::string& path, const std::string& text, mode_t mode = 0755) {
    sys::Fd file = sys::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, mode);
    if (!file || !sys::write_all(file.get(), text)) sys::fail("unable to write " + path);
    ::fchmod(file.get(), mode);
}

// What a service prints is not for everybody: its user writes it, and the group may read it.
void make_log_directory(const std::string& path, const std::string& user) {
    make_directory(path);
    auto logger = user_named(user);
    if (logger && ::chown(path.c_str(), logger->account.user, logger->account.group) < 0)
        sys::fail("unable to give " + path + " to " + user);
    if (::chmod(path.c_str(), 0750) < 0) sys::fail("unable to close " + path);
}

// One that is there already is somebody's: it is left as it is.
void make_data(const Plan& plan) {
    if (plan.data.empty() || is_there(plan.data)) return;
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(plan.data).parent_path(), ignored);
    make_directory(plan.data);
    auto owner = user_named(plan.run_template.user);
    if (!owner) return;
    if (::chown(plan.data.c_str(), owner->account.user, owner->account.group) < 0 ||
        ::chmod(plan.data.c_str(), 0750) < 0)
        sys::fail("unable to give " + plan.data + " to " + plan.run_template.user);
}

void make(const Plan& plan) {
    std::error_code ignored;
    std::filesystem::create_directories(plan.directory, ignored);
    make_directory(plan.directory);
    // A value of --env may be a secret.
    write_script(plan.directory + "/run", run_script(plan.run_template),
                 plan.run_template.environment.empty() ? 0755 : 0700);
    if (!plan.keeps_rules) write_script(plan.rules_path, rules_text(plan.rules), 0644);
    if (plan.down) write_script(plan.directory + "/down", "");
    make_data(plan);
    if (!plan.with_log) return;
    make_directory(plan.directory + "/log");
    make_log_directory(plan.directory + "/log/main", plan.run_template.log_user);
    write_script(plan.directory + "/log/run", log_script(plan.run_template));
}

// No svscan looks after the directory: then there is nothing to wait for.
bool is_for_nobody(const Plan& plan, const AddOptions& options) {
    Subject added = subject(scan_directory(options.where.scan_dir), plan.run_template.name, 0);
    Findings findings = why(added);
    return findings.has(Cause::no_svscan) || findings.has(Cause::svscan_elsewhere);
}

std::string fault_of(const ServiceView& view, std::uint16_t port) {
    if (view.crash_loop) return "exits again and again";
    if (!view.up()) return "does not run yet";
    if (port != 0 && !listens(view.pid(), port))
        return "does not listen on port " + std::to_string(port) + " yet";
    return "is not ready yet";
}

int wait_until_it_serves(const Plan& plan, const AddOptions& options) {
    std::uint16_t port = plan.run_template.port;
    WhyOptions question{options.where, plan.run_template.name, port};
    if (is_for_nobody(plan, options)) return std::max(1, why_command(question));
    std::vector<WatchedService> service{{plan.run_template.name, plan.link}};
    auto serves = [&](const ServiceView& view) { return is_serving(view, port); };
    ProgressLine progress("up");
    auto open = await(service, unless_crash_loop(service, serves), options.timeout, &progress);
    ServiceView view = inspect_service(plan.run_template.name, plan.link);
    if (open.empty()) {
        say(plan.run_template.name + ": up (pid " + std::to_string(view.pid()) + ")" +
            (port != 0 ? ", listens on port " + std::to_string(port) : "") +
            (says_ready(view) ? ", ready\n" : "\n"));
        return 0;
    }
    say(plan.run_template.name + " " + fault_of(view, port) + ":\n");
    return std::max(1, why_command(question));
}

// What is wrong with it is said before anybody starts it. True if nothing is.
bool looks_well(const Plan& plan, const AddOptions& options) {
    Findings findings = check(subject(scan_directory(options.where.scan_dir), plan.directory, 0));
    const Finding* cause = findings.cause();
    if (cause == nullptr) return true;
    warn(std::string(plan.exists ? "it is not linked" : "it was made, but not linked") +
         ", because it could not run: " + visible(cause->sentence));
    for (const std::string& each : cause->remedies) warn("what to do: " + visible(each));
    warn("then: holdfast add " + shell_word(plan.directory));
    return false;
}

int add_command(const AddOptions& options) {
    Plan plan = plan_of(options);
    bool root =
        plan.run_template.user == "root" || (plan.run_template.user.empty() && ::geteuid() == 0);
    if (root && !plan.exists)
        warn(
            "it will run as root: whoever breaks into it owns the machine; better name a user: "
            "--user www-data");
    const std::vector<std::string> missing = missing_needs(plan);
    for (const std::string& each : missing)
        warn("there is no service " + visible(each) + " yet: " + plan.run_template.name +
             " is started when there is one, and it is ready");
    if (options.dry_run) {
        say((plan.exists ? "" : plan_text(plan)) + link_text(plan) + "\n");
        return 0;
    }
    refuse_what_is_there(plan);
    if (!plan.exists) {
        std::string text = plan_text(plan);
        make(plan);
        say(text);
    }
    if (!looks_well(plan, options)) return 1;
    if (::symlink(plan.directory.c_str(), plan.link.c_str()) < 0)
        sys::fail("unable to link " + plan.link);
    say(link_text(plan) + "\n");
    bool stays_down = plan.down || is_there(plan.directory + "/down");
    if (stays_down || options.timeout.count() == 0 || !missing.empty()) return 0;
    return wait_until_it_serves(plan, options);
}

void add_rules_options(CLI::App* sub, AddOptions& options) {
    sub->add_option("--needs", options.needs,
                    "services that it needs: DB or DB,CACHE; may be repeated")
        ->type_name("SERVICE")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
    sub->add_option("--ready", options.ready,
                    "how it is found ready: http, http:/PATH, tcp, fd, notify, log:PATTERN, none "
                    "(tcp with --port)")
        ->check(wrong_ready)
        ->type_name("WAY");
    sub->add_option("--stop-timeout", options.stop_timeout,
                    "time it may take to exit, before it is killed: 30s (90s)")
        ->type_name("TIME");
}

// What is made of a command.
void add_making_options(CLI::App* sub, AddOptions& options) {
    sub->add_option("--user", options.user, "user to run as (root): www-data")->type_name("USER");
    sub->add_option("--dir", options.directory, "service directory to make (/srv/NAME)")
        ->type_name("DIR");
    sub->add_option("--env", options.environment, "environment variable; may be repeated")
        ->type_name("NAME=VALUE")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);  // the next word is not its
    sub->add_option("--env-dir", options.env_dir,
                    "directory of environment variables, one file each")
        ->type_name("DIR");
    sub->add_option("--memory", options.memory, "memory limit: 256M")->type_name("SIZE");
    add_port(sub, options.port, "port that it listens on; exported as PORT");
    sub->add_option("--like", options.like, "runtime that starts it")
        ->check(CLI::IsMember(runtime_names()))
        ->type_name("KIND");
    sub->add_option("--cwd", options.work_dir, "directory to start it in (the service directory)")
        ->type_name("DIR");
    sub->add_option("--data", options.data, "directory to make for its data, owned by the user")
        ->type_name("DIR");
    sub->add_option("--run-dir", options.run_dir, "directory to make at each start: /run/NAME")
        ->type_name("DIR");
    sub->add_option("--log-size", options.log_size, "size of a log file: 1M (98 kB)")
        ->type_name("SIZE");
    sub->add_option("--log-keep", options.log_keep, "number of old log files to keep (10)")
        ->check(wrong_count)
        ->type_name("N");
    sub->add_flag("--no-log", options.no_log, "make no logger");
    sub->add_flag("--down", options.down, "do not start it: make a file down");
}

}  // namespace

void add_add(CommandLine& line) {
    auto options = std::make_shared<AddOptions>();
    CLI::App* sub =
        line.add("add", "make a service that runs a command, and start it", options, add_command);
    add_name(sub, options->name, "name of the service, or its directory");
    add_making_options(sub, *options);
    add_rules_options(sub, *options);
    sub->add_flag("-n,--dry-run", options->dry_run, "print what would be made; make nothing");
    add_seconds(sub, "--wait", options->timeout, "time to wait until it serves (15)");
    sub->add_option("command", options->command, "-- COMMAND ARGUMENT...")->type_name("COMMAND");
}

}  // namespace hf::cli
