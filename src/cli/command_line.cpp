// SPDX-License-Identifier: MIT
#include "cli/command_line.h"

#include <algorithm>
#include <cerrno>

#include "text/suggest.h"

namespace hf::cli {

using namespace program;
using namespace text;

namespace {

constexpr const char* advice = "\nholdfast --help lists all commands";

// The word that should be a command: the first one behind --folder.
std::string command_word(const Args& args) {
    for (size_t i = 0; i < args.size(); ++i) {
        std::string word = args[i];
        if (word == "--folder")
            ++i;
        else if (!word.starts_with("--folder="))
            return word;
    }
    return "";
}

}  // namespace

CommandLine::CommandLine()
    : app_("Keeps programs running as services, and explains why one is not running.", "holdfast") {
    app_.set_version_flag("--version", "holdfast " HF_VERSION);
    app_.require_subcommand(1);
    app_.footer("For more: `holdfast COMMAND --help` and `man holdfast`.");
    add_scan_dir(&app_);
}

// Every command has it, and so has the line before the command.
void CommandLine::add_scan_dir(CLI::App* app) {
    app->add_option("--folder", scan_dir_,
                    "scan directory (default: $SVDIR, /service or /etc/service)")
        ->type_name("DIR");
}

CLI::App* CommandLine::add(const std::string& name, const std::string& help,
                           std::function<int()> command) {
    CLI::App* sub = app_.add_subcommand(name, help);
    sub->callback([this, command = std::move(command)] { command_ = command; });
    return sub;
}

int CommandLine::run(const Args& args) {
    std::vector<std::string> words(args.rbegin(), args.rend());  // CLI11 takes them reversed
    try {
        app_.parse(words);
    } catch (const CLI::ParseError& error) {
        return explain(error, args);
    }
    return command_();
}

int CommandLine::explain(const CLI::ParseError& error, const Args& args) const {
    if (error.get_exit_code() == 0) return app_.exit(error);
    std::string word = command_word(args);
    if (word.empty()) throw Usage{std::string("holdfast: a command is missing") + advice};
    if (word.starts_with('-')) throw Usage{"holdfast: there is no option " + word + advice};
    auto names = commands();
    if (std::find(names.begin(), names.end(), word) == names.end()) refuse(word);
    throw Usage{"holdfast " + word + ": " + error.what() + "\nholdfast help " + word +
                " explains it"};
}

std::vector<std::string> CommandLine::commands() const {
    std::vector<std::string> names;
    for (const CLI::App* sub : app_.get_subcommands({})) names.push_back(sub->get_name());
    return names;
}

void CommandLine::refuse(const std::string& command) const {
    std::string meant(command_for_word(command));
    if (meant.empty()) meant = suggestion(command, commands());
    throw Usage{"holdfast: there is no command " + command +
                (meant.empty() ? "" : "; did you mean: holdfast " + meant) + advice};
}

std::string refusal_of(inspect::Access access, const std::string& path) {
    auto problem = inspect::access_problem(path, access);
    if (!problem) return "";
    return inspect::sentence(*problem, "you", access) +
           (problem->error == EACCES ? "; try it as root (sudo)" : "");
}

void refuse_without(inspect::Access access, const std::string& path) {
    if (std::string refusal = refusal_of(access, path); !refusal.empty()) throw Fatal{refusal};
}

CLI::Option* add_name(CLI::App* sub, std::string& name, const std::string& help) {
    return sub->add_option("name", name, help)->required()->check(wrong_name)->type_name("NAME");
}

CLI::Option* add_names(CLI::App* sub, std::vector<std::string>& names) {
    return sub->add_option("name", names, "services, directories, patterns such as web*")
        ->check(wrong_name)
        ->type_name("NAME");
}

// Without a number, where that is allowed, the time stays as it is.
CLI::Option* add_seconds(CLI::App* sub, const std::string& name, std::chrono::nanoseconds& time,
                         const std::string& help, std::string (*check)(const std::string&)) {
    auto take = [&time](const std::string& text) {
        if (text.empty()) return;
        time = std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::chrono::duration<double>(std::stod(text)));
    };
    return sub->add_option_function<std::string>(name, take, help)
        ->check(check)
        ->type_name("SECONDS");
}

CLI::Option* add_port(CLI::App* sub, std::uint16_t& port, const std::string& help) {
    return sub->add_option("--port", port, help)->check(wrong_port)->type_name("P");
}

CLI::Option* add_since(CLI::App* sub, std::string& since) {
    return sub->add_option("--since", since, "from this time on: 10m, 2h, 14:30, 2026-01-31 14:30")
        ->type_name("TIME");
}

CLI::Option* add_until(CLI::App* sub, std::string& until) {
    return sub->add_option("--until", until, "up to this time")->type_name("TIME");
}

void add_all_processes(CLI::App* sub, bool& flag) {
    sub->add_flag("--all-processes", flag, "also end processes that survive it");
}

}  // namespace hf::cli
