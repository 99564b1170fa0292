// SPDX-License-Identifier: MIT
// holdfast add: makes a service directory, looks at it, links it, and waits until it runs.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "people/await.h"
#include "people/commands.h"
#include "people/look/access.h"
#include "people/look/words.h"
#include "people/orders.h"
#include "people/recipe.h"
#include "people/why/why.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "tools/tool.h"

#include <fcntl.h>

namespace hf::people {

namespace {

void say(const std::string& text) {
    sys::write_all(STDOUT_FILENO, text);
}

bool exists(const std::string& path) {
    struct stat ignored {};
    return ::lstat(path.c_str(), &ignored) == 0;
}

// Who may write a log, and nothing else: Debian's name for it, or nobody.
std::string log_user() {
    if (::geteuid() != 0) return "";
    for (const char* name : {"multilog", "log", "nobody"}) {
        if (person_named(name)) return name;
    }
    return "";
}

struct Plan {
    Recipe recipe;
    std::string directory;
    std::string link;
    bool with_log = true;
    bool down = false;
};

void make_directory(const std::string& path) {
    if (::mkdir(path.c_str(), 0755) < 0 && errno != EEXIST) sys::fail("unable to make " + path);
}

void write_script(const std::string& path, const std::string& text) {
    sys::Fd file = sys::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0755);
    if (!file || !sys::write_all(file.get(), text)) sys::fail("unable to write " + path);
    ::fchmod(file.get(), 0755);
}

void make(const Plan& plan) {
    std::error_code ignored;
    std::filesystem::create_directories(plan.directory, ignored);
    make_directory(plan.directory);
    write_script(plan.directory + "/run", run_script(plan.recipe));
    if (plan.down) write_script(plan.directory + "/down", "");
    if (!plan.with_log) return;
    make_directory(plan.directory + "/log");
    make_directory(plan.directory + "/log/main");
    auto logger = person_named(plan.recipe.log_user);
    if (logger && ::chown((plan.directory + "/log/main").c_str(), logger->account.user,
                          logger->account.group) < 0)
        sys::fail("unable to give " + plan.directory + "/log/main to " + plan.recipe.log_user);
    write_script(plan.directory + "/log/run", log_script(plan.recipe));
}

std::string shown(const std::string& path, const std::string& text) {
    std::string result = path + ":\n";
    for (const std::string& line : lines_of(text)) result += "    " + line + "\n";
    return result;
}

std::string plan_text(const Plan& plan) {
    std::string text = shown(plan.directory + "/run", run_script(plan.recipe));
    if (plan.with_log) text += shown(plan.directory + "/log/run", log_script(plan.recipe));
    if (plan.down) text += plan.directory + "/down: it is not started by itself\n";
    return text;
}

std::string link_text(const Plan& plan) {
    return "ln -s " + shell_word(plan.directory) + " " + shell_word(plan.link);
}

Plan plan_of(const AddOptions& options) {
    Plan plan;
    Recipe& recipe = plan.recipe;
    recipe = {options.name, options.user, options.environment, options.env_dir, std::nullopt,
              options.port, options.like, options.command,     log_user()};
    if (options.name.empty() || options.name[0] == '.' ||
        options.name.find('/') != std::string::npos)
        throw Usage{"holdfast: a service's name has no slash, and does not begin with a dot"};
    if (options.name.find_first_of("*?[") != std::string::npos)
        throw Usage{"holdfast: a service's name has no * ? [ in it: that would be a pattern"};
    for (const std::string& each : recipe.environment) {
        if (each.find('=') == std::string::npos || each[0] == '=')
            throw Usage{"holdfast: --env takes NAME=VALUE, not " + each};
    }
    if (!options.memory.empty()) recipe.memory = size_from(options.memory);
    if (!options.memory.empty() && !recipe.memory)
        throw Usage{"holdfast: --memory takes a size such as 256M or 2G, not " + options.memory};
    plan.directory = options.directory.empty() ? "/srv/" + options.name : options.directory;
    plan.directory = std::filesystem::absolute(plan.directory).lexically_normal();
    if (plan.directory.ends_with('/')) plan.directory.pop_back();
    plan.link = service_folder(options.where.folder) + "/" + options.name;
    plan.with_log = !options.no_log;
    plan.down = options.down;
    return plan;
}

void refuse_what_is_there(const Plan& plan) {
    std::string advice = " is there already, and nothing is overwritten; to begin again: ";
    if (exists(plan.link))
        throw Fatal{plan.link + advice + "holdfast remove --purge " + shell_word(plan.recipe.name)};
    for (const char* file : {"/run", "/log/run"}) {
        if (exists(plan.directory + file))
            throw Fatal{plan.directory + file + advice + "rm -r " + shell_word(plan.directory)};
    }
}

// No svscan looks after the folder: then there is nothing to wait for.
bool is_for_nobody(const AddOptions& options) {
    Subject added = subject(service_folder(options.where.folder), options.name, 0);
    Findings findings = why(added);
    return findings.has(Cause::no_svscan) || findings.has(Cause::svscan_elsewhere);
}

int wait_until_it_serves(const Plan& plan, const AddOptions& options) {
    std::uint16_t port = plan.recipe.port;
    WhyOptions question{options.where, plan.recipe.name, port};
    if (is_for_nobody(options)) return std::max(1, why_command(question));
    std::vector<Awaited> service{{plan.recipe.name, plan.link}};
    auto serves = [&](const Seen& seen) { return is_ready(seen, port); };
    auto open = await(service, serves, patience_of(options.patience));
    Seen seen = look_at(plan.recipe.name, plan.link);
    if (open.empty()) {
        say(plan.recipe.name + ": up (pid " + std::to_string(seen.pid()) + ")" +
            (port != 0 ? ", listens on port " + std::to_string(port) : "") + "\n");
        return 0;
    }
    say(plan.recipe.name + " does not " + (port != 0 ? "listen" : "run") + " yet:\n");
    return std::max(1, why_command(question));
}

// What is wrong with it is said before anybody starts it. True if nothing is.
bool looks_well(const Plan& plan, const AddOptions& options) {
    Findings findings = check(subject(service_folder(options.where.folder), plan.directory, 0));
    const Finding* cause = findings.cause();
    if (cause == nullptr) return true;
    warn("it is made, but not linked, since it could not run: " + cause->sentence);
    for (const std::string& each : cause->remedies) warn("what to do: " + each);
    warn("then: " + link_text(plan));
    return false;
}

}  // namespace

int add_command(const AddOptions& options) {
    Plan plan = plan_of(options);
    if (plan.recipe.command.empty())
        throw Usage{"holdfast: which command? holdfast add NAME -- COMMAND ARGUMENT..."};
    bool root = plan.recipe.user == "root" || (plan.recipe.user.empty() && ::geteuid() == 0);
    if (root)
        warn(
            "it will run as root: whoever breaks into it owns the machine; better name a user: "
            "--user www-data");
    if (options.dry_run) {
        say(plan_text(plan) + link_text(plan) + "\n");
        return 0;
    }
    refuse_what_is_there(plan);
    make(plan);
    say(plan_text(plan));
    if (!looks_well(plan, options)) return 1;
    if (::symlink(plan.directory.c_str(), plan.link.c_str()) < 0)
        sys::fail("unable to link " + plan.link);
    say(link_text(plan) + "\n");
    if (plan.down || options.patience == 0) return 0;
    return wait_until_it_serves(plan, options);
}

}  // namespace hf::people
