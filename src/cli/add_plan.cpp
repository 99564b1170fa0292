// SPDX-License-Identifier: MIT
#include "cli/add_plan.h"

#include <glob.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "cli/known_servers.h"
#include "config/words.h"
#include "control/service.h"
#include "format/rules.h"
#include "inspect/access.h"
#include "inspect/files.h"
#include "inspect/program.h"
#include "program/tool.h"
#include "text/runtimes.h"
#include "text/suggest.h"
#include "text/visible.h"
#include "text/words.h"

namespace hf::cli {

using namespace control;
using namespace inspect;
using namespace text;
using namespace program;

namespace {

void refuse_user(const std::string& name) {
    if (name.empty()) return;
    if (!user_named(name)) {
        std::string meant = user_like(name);
        throw Fatal{"there is no user " + name +
                    (meant.empty() ? "" : "; did you mean " + meant + "?")};
    }
    if (::geteuid() != 0 && name != myself().name)
        throw Fatal{
            "only root can run a service as another user: leave --user out, or try it as "
            "root (sudo)"};
}

// Empty where it has none, as the users of many daemons.
std::string home_of(const std::string& user) {
    const passwd* entry = user.empty() || user == "root" ? nullptr : ::getpwnam(user.c_str());
    return entry != nullptr && is_directory(entry->pw_dir) ? entry->pw_dir : "";
}

void refuse_command(const std::vector<std::string>& command) {
    if (!command.empty() && command[0] == "cd")
        throw Usage{"holdfast: cd is a command of the shell, not a program; use --cwd DIRECTORY"};
}

// How a runtime is called here: by its name, if it is in PATH.
std::string program_of(const Runtime& runtime) {
    const char* path = std::getenv("PATH");
    std::string name(runtime.program);
    if (!find_in_path(name, path != nullptr ? path : "", myself()).empty()) return name;
    glob_t found{};
    std::string pattern(runtime.elsewhere);
    if (!pattern.empty() && ::glob(pattern.c_str(), 0, nullptr, &found) == 0)
        name = found.gl_pathv[found.gl_pathc - 1];
    ::globfree(&found);
    return name;
}

// Who may write a log, and nothing else: Debian's name for it, or nobody.
std::string log_user() {
    if (::geteuid() != 0) return "";
    for (const char* name : {"multilog", "log", "nobody"}) {
        if (user_named(name)) return name;
    }
    return "";
}

bool asks_rules(const AddOptions& options) {
    return !options.needs.empty() || !options.ready.empty() || !options.stop_timeout.empty();
}

// A directory that is there is a service as it is: what a run script would be made of says nothing.
void refuse_what_needs_a_command(const AddOptions& options, const std::string& directory) {
    if (!is_there(directory + "/run"))
        throw Usage{"holdfast: which command? holdfast add NAME -- COMMAND ARGUMENT...\n" +
                    directory + " has no run, else it could be added as it is"};
    bool of_a_command =
        !options.user.empty() || !options.environment.empty() || !options.env_dir.empty() ||
        !options.memory.empty() || !options.like.empty() || !options.work_dir.empty() ||
        !options.data.empty() || !options.run_dir.empty() || !options.log_size.empty() ||
        !options.log_keep.empty() || options.no_log || options.down;
    if (of_a_command)
        throw Usage{"holdfast: " + directory +
                    "/run says how it is run: edit it, or name a command"};
    if (asks_rules(options))
        throw Usage{"holdfast: " + directory + "/" + format::service_file +
                    " says what --needs, --ready and --stop-timeout would: write it there (man "
                    "service.toml), or name a command"};
}

// `which`: the name, in words.
void refuse_name(const std::string& name, const std::string& which = "the name of a service") {
    if (name.empty()) throw Usage{"holdfast: " + which + " cannot be empty"};
    if (name[0] == '.' || name.find('/') != std::string::npos)
        throw Usage{"holdfast: " + which + " cannot have a slash or begin with a dot"};
    if (name.find_first_of("*?[") != std::string::npos)
        throw Usage{"holdfast: " + which + " cannot have * ? [ in it: that would be a pattern"};
}

std::string absolute(const std::string& path) {
    std::string text = std::filesystem::absolute(path).lexically_normal();
    if (text.size() > 1 && text.ends_with('/')) text.pop_back();
    return text;
}

// Within what multilog takes.
void set_log_limits(const AddOptions& options, RunTemplate& run_template) {
    constexpr std::uint64_t least = 4096;
    constexpr std::uint64_t most = 16777215;
    auto size = size_from(options.log_size);
    if (!options.log_size.empty() && (!size || *size < least || *size > most))
        throw Usage{"holdfast: --log-size takes a size from 4K to 16777215, not " +
                    options.log_size};
    if (size) run_template.log_size = std::to_string(*size);
    run_template.log_keep = options.log_keep;
    if (run_template.log_keep == "0" || run_template.log_keep == "1")
        throw Usage{"holdfast: --log-keep takes 2 or more: multilog keeps at least so many"};
}

void set_stop_timeout(const AddOptions& options, NewRules& rules) {
    if (options.stop_timeout.empty()) return;
    const std::string trouble =
        options.stop_timeout == "none" ? "" : config::time_words(options.stop_timeout).trouble;
    if (!trouble.empty())
        throw Usage{"holdfast: --stop-timeout takes a time such as 30s or 2m, or none: " + trouble};
    rules.stop_timeout = options.stop_timeout;
}

void set_needs(const AddOptions& options, NewRules& rules) {
    for (const std::string& words : options.needs) {
        for (size_t at = 0, end = 0; at <= words.size(); at = end + 1) {
            end = std::min(words.find(',', at), words.size());
            const std::string name = words.substr(at, end - at);
            refuse_name(name, "a name in --needs");
            if (visible(name) != name || name.contains('%'))
                throw Usage{
                    "holdfast: a name in --needs cannot have a control character or % in it: " +
                    visible(name)};
            if (std::ranges::count(rules.needs, name) == 0) rules.needs.push_back(name);
        }
    }
}

void set_rules(const AddOptions& options, NewRules& rules) {
    set_stop_timeout(options, rules);
    set_needs(options, rules);
    rules.port = options.port;
    rules.ready = !options.ready.empty() ? options.ready : options.port != 0 ? "tcp" : "none";
    if (asks_port(rules.ready) && rules.port == 0)
        throw Usage{"holdfast: --ready " + rules.ready + " asks a port: name it with --port"};
}

// The supervisor would refuse what is written then.
void refuse_rules(const Plan& plan) {
    const std::string& name = plan.run_template.name;
    if (std::ranges::count(plan.rules.needs, name) != 0)
        throw Usage{"holdfast: --needs " + name + ": a service cannot wait for itself"};
    const std::string base = std::filesystem::path(plan.directory).filename();
    const std::string fault = fault_in(plan.rules, base);
    if (!fault.empty())
        throw Usage{"holdfast: this cannot stand in " + std::string(format::service_file) + ": " +
                    fault};
}

RunTemplate run_template_of(const AddOptions& options) {
    refuse_user(options.user);
    refuse_command(options.command);
    RunTemplate run_template;
    run_template.name = options.name;
    run_template.user = options.user;
    run_template.environment = options.environment;
    run_template.env_dir = options.env_dir;
    run_template.port = options.port;
    run_template.like = options.like;
    run_template.command = options.command;
    run_template.log_user = log_user();
    run_template.home = home_of(options.user);
    for (const std::string& each : run_template.environment) {
        if (each.find('=') == std::string::npos || each[0] == '=')
            throw Usage{"holdfast: --env takes NAME=VALUE, not " + each};
    }
    if (!options.memory.empty()) run_template.memory = size_from(options.memory);
    if (!options.memory.empty() && !run_template.memory)
        throw Usage{"holdfast: --memory takes a size such as 256M or 2G, not " + options.memory};
    run_template.work_dir = options.work_dir.empty() ? "" : absolute(options.work_dir);
    run_template.run_dir = options.run_dir;
    set_log_limits(options, run_template);
    if (const Runtime* kind = runtime_named(run_template.like))
        run_template.program = program_of(*kind);
    return run_template;
}

// Nothing of it is deleted: the directory may be that of the application.
std::string to_begin_again(const Plan& plan) {
    std::string text;
    if (is_there(plan.link)) text = "holdfast remove " + shell_word(plan.run_template.name);
    for (const char* file : {"run", "log/run", format::service_file}) {
        std::string path = plan.directory + "/" + file;
        if (!is_there(path)) continue;
        text +=
            (text.empty() ? "mv " : " && mv ") + shell_word(path) + " " + shell_word(path + ".old");
    }
    return text;
}

std::string shown(const std::string& path, const std::string& text) {
    std::string result = path + ":\n";
    for (const std::string& line : lines_of(text)) result += "    " + line + "\n";
    return result;
}

}  // namespace

// The directory is named, or follows from the name.
Plan plan_of(const AddOptions& options) {
    Plan plan;
    plan.run_template = run_template_of(options);
    complete_for_server(plan.run_template, plan.rules);
    set_rules(options, plan.rules);
    const std::string& word = options.name;
    bool is_path = word.find('/') != std::string::npos || word == "." || word == "..";
    plan.directory = !options.directory.empty() ? options.directory
                     : is_path                  ? options.name
                                                : "/srv/" + options.name;
    plan.directory = absolute(plan.directory);
    if (!options.data.empty()) {
        std::filesystem::path data = options.data;
        plan.data = absolute(data.is_absolute() ? data : plan.directory / data);
    }
    plan.rules_path = plan.directory + "/" + format::service_file;
    plan.keeps_rules = is_there(plan.rules_path);
    plan.asks_rules = asks_rules(options);
    plan.exists = options.command.empty();
    if (plan.exists) refuse_what_needs_a_command(options, plan.directory);
    if (is_path && plan.exists)
        plan.run_template.name = plan.directory.substr(plan.directory.rfind('/') + 1);
    refuse_name(plan.run_template.name);
    if (!plan.exists) refuse_rules(plan);
    plan.run_template.directory = plan.directory;
    plan.link = scan_directory(options.where.scan_dir) + "/" + plan.run_template.name;
    plan.with_log = !options.no_log;
    plan.down = options.down;
    return plan;
}

void refuse_what_is_there(const Plan& plan) {
    std::string name = shell_word(plan.run_template.name);
    if (is_there(plan.link))
        throw Fatal{plan.link + " exists already: holdfast status " + name +
                    (plan.exists ? "" : "; to start over: " + to_begin_again(plan))};
    if (plan.exists) return;
    for (const char* file : {"/run", "/log/run"}) {
        if (is_there(plan.directory + file))
            throw Fatal{plan.directory + file + " is there already, and nothing is overwritten; " +
                        "to add what is there: holdfast add " + shell_word(plan.directory) +
                        "; to start over: " + to_begin_again(plan)};
    }
    if (plan.keeps_rules && plan.asks_rules)
        throw Fatal{plan.rules_path +
                    " is there already, and nothing is overwritten; to keep it, " +
                    "leave out --needs, --ready and --stop-timeout; to start over: " +
                    to_begin_again(plan)};
}

std::vector<std::string> missing_needs(const Plan& plan) {
    std::vector<std::string> missing;
    const std::string scan_dir = std::filesystem::path(plan.link).parent_path();
    for (const std::string& name : plan.rules.needs) {
        if (!is_there(scan_dir + "/" + name)) missing.push_back(name);
    }
    return missing;
}

std::string plan_text(const Plan& plan) {
    std::string text = shown(plan.directory + "/run", run_script(plan.run_template));
    if (plan.with_log) text += shown(plan.directory + "/log/run", log_script(plan.run_template));
    text += plan.keeps_rules ? plan.rules_path + " is there already, and is kept\n"
                             : shown(plan.rules_path, rules_text(plan.rules));
    if (!plan.data.empty() && !is_there(plan.data))
        text += plan.data + "/: a directory for its data\n";
    if (plan.down) text += plan.directory + "/down: it is not started automatically\n";
    return text;
}

std::string link_text(const Plan& plan) {
    return "ln -s " + shell_word(plan.directory) + " " + shell_word(plan.link);
}

}  // namespace hf::cli
