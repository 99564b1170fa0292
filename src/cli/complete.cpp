// SPDX-License-Identifier: MIT
#include "cli/complete.h"

#include <algorithm>
#include <array>

#include "cli/add_rules.h"
#include "control/service.h"
#include "program/tool.h"
#include "text/runtimes.h"

namespace hf::cli {

using namespace control;
using namespace text;

namespace {

// The command line up to the cursor, read as the program would read it.
struct Line {
    const CLI::App* level = nullptr;      // the command, once there is one
    const CLI::Option* option = nullptr;  // whose value is due
    size_t arguments = 0;                 // of the command, so far
    bool only_arguments = false;          // behind `--`
    std::string scan_dir;
    std::vector<std::string> used;
};

bool takes_value(const CLI::Option& option) {
    return option.get_expected_min() > 0 && option.get_type_size() > 0;
}

void note(Line& line, const CLI::Option& option, const std::string& value) {
    if (option.check_lname("folder")) line.scan_dir = value;
}

void read_option(Line& line, const std::string& word) {
    size_t equals = word.find('=');
    const CLI::Option* option = line.level->get_option_no_throw(word.substr(0, equals));
    if (option == nullptr || !takes_value(*option)) return;
    if (equals == std::string::npos)
        line.option = option;
    else
        note(line, *option, word.substr(equals + 1));
}

const CLI::App* command_called(const std::string& name, const CLI::App& app) {
    for (const CLI::App* each : app.get_subcommands({})) {
        if (each->get_name() == name) return each;
    }
    return nullptr;
}

void read_word(Line& line, const CLI::App& app, const std::string& word) {
    if (word == "=") return;  // bash takes --option=value apart
    if (line.option != nullptr) {
        note(line, *line.option, word);
        line.option = nullptr;
    } else if (word == "--" && !line.only_arguments) {
        line.only_arguments = true;
    } else if (word.starts_with('-') && !line.only_arguments) {
        read_option(line, word);
    } else if (line.level == &app) {
        line.level = command_called(word, app);
    } else {
        ++line.arguments;
        line.used.push_back(word);
    }
}

std::vector<Candidate> listed(std::initializer_list<const char*> words) {
    std::vector<Candidate> result;
    for (const char* word : words) result.push_back({word, ""});
    return result;
}

std::vector<Candidate> commands(const CLI::App& app) {
    std::vector<Candidate> result;
    for (const CLI::App* each : app.get_subcommands({})) {
        if (!each->get_group().empty())
            result.push_back({each->get_name(), each->get_description()});
    }
    return result;
}

std::vector<Candidate> services(const Line& line) {
    std::vector<Candidate> result;
    try {
        for (const std::string& name : services_in(scan_directory(line.scan_dir))) {
            if (std::find(line.used.begin(), line.used.end(), name) == line.used.end())
                result.push_back({name, ""});
        }
    } catch (const std::exception&) {
        return {};  // no directory, no services: nothing to offer
    }
    return result;
}

// What the last part of its type's name stands for in the help.
std::vector<Candidate> values(const Line& line, const CLI::App& app, const CLI::Option& option) {
    std::string type = option.get_type_name();
    type = type.substr(0, type.find(':'));
    bool is_new = line.level->get_name() == "add";
    if (type == "NAME") return is_new ? std::vector<Candidate>{} : services(line);
    if (type == "SERVICE") return services(line);
    if (type == "DIR") return listed({":directories"});
    if (type == "USER") return listed({":users"});
    if (type == "GOAL") return listed({"up", "down", "ready", "dead"});
    if (type == "SHELL") return listed({"bash", "zsh", "fish"});
    if (type == "SIGNAL")
        return listed({"HUP", "INT", "QUIT", "TERM", "KILL", "ALRM", "USR1", "USR2", "WINCH",
                       "STOP", "CONT"});
    if (type == "COMMAND") return is_new ? listed({":files"}) : commands(app);
    std::vector<Candidate> result;
    if (type == "KIND") {
        for (const std::string& name : runtime_names()) result.push_back({name, ""});
    }
    if (type == "WAY") {
        for (const std::string& name : ready_ways()) result.push_back({name, ""});
    }
    return result;
}

std::vector<Candidate> options(const CLI::App& level) {
    std::vector<Candidate> result;
    for (const CLI::Option* each : level.get_options()) {
        for (const std::string& name : each->get_lnames())
            result.push_back({"--" + name, each->get_description()});
    }
    return result;
}

std::vector<Candidate> arguments(const Line& line, const CLI::App& app) {
    size_t number = 0;
    for (const CLI::Option* each : line.level->get_options()) {
        if (!each->get_positional()) continue;
        bool fits = number == line.arguments || each->get_items_expected_max() > 1;
        if (fits) return values(line, app, *each);
        ++number;
    }
    return {};
}

std::vector<Candidate> candidates(const Line& line, const CLI::App& app,
                                  const std::string& current) {
    if (line.option != nullptr) return values(line, app, *line.option);
    if (current.starts_with('-') && !line.only_arguments) return options(*line.level);
    if (line.level == &app) return commands(app);
    return arguments(line, app);
}

}  // namespace

std::vector<Candidate> complete(const CLI::App& app, const std::vector<std::string>& words) {
    Line line;
    line.level = &app;
    for (size_t i = 0; i + 1 < words.size() && line.level != nullptr; ++i)
        read_word(line, app, words[i]);
    if (line.level == nullptr) return {};
    std::string current = words.empty() || words.back() == "=" ? "" : words.back();
    auto found = candidates(line, app, current);
    std::erase_if(found, [&](const Candidate& each) {
        return !each.word.starts_with(':') && !each.word.starts_with(current);
    });
    return found;
}

}  // namespace hf::cli
