// SPDX-License-Identifier: MIT
// holdfast-enter [--engine fd:sum | --check ms:sum:soft:hard:pid:hook:count] name child: makes this
// process what the table [process] of the service's service.toml says, and runs a program: ./run,
// or a check or stop command. It is started in the service directory.
//
// holdfast-enter --finish fd:sum name reason exit: the same, with the command of [finish].
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <utility>

#include "engine/rules_file.h"
#include "enter/check.h"
#include "enter/enter.h"
#include "enter/refusal.h"
#include "format/process_rules.h"
#include "program/tool.h"
#include "sys/safe_open.h"

namespace hf::program {

namespace {

using Sum = std::uint32_t (*)(const std::vector<format::RulesLine>&);

// Those whose `sum` the engine `expected`, or any if a person asks.
std::vector<format::RulesLine> accepted_lines(Sum sum, std::optional<std::uint32_t> expected) {
    const std::string what = "supervise/rules";
    if (expected == 0u) return {};  // there is no such table
    const sys::Fd here = sys::open(".", O_PATH | O_DIRECTORY);
    const sys::Fd supervise = here ? sys::open_directory(here, "supervise") : sys::Fd();
    const auto read = supervise ? engine::rules_in(supervise, format::accepted_rules)
                                : std::optional<format::ReadRules>();
    if (!read || !read->faults.empty())
        enter::refuse(enter::Stage::rules, ENOENT, what, "there are none that could be trusted",
                      "look at its owner, and whether service.toml is right (holdfast-rules)");
    if (expected && sum(read->lines) != *expected)
        enter::refuse(enter::Stage::rules, EAGAIN, what,
                      "these are not the rules that were accepted",
                      "if it is said again, look who else may write the directory supervise");
    return read->lines;
}

format::ProcessRules known_rules(const std::vector<format::RulesLine>& lines,
                                 const std::string& name) {
    auto rules = format::process_rules(lines, name);
    if (!rules)
        enter::refuse(enter::Stage::rules, EINVAL, "supervise/rules",
                      "this version does not know all keys of [process]",
                      "remove them from service.toml, or install the version that knows them");
    return *rules;
}

struct Engine {
    int pipe = -1;
    std::uint32_t sum = 0;
};

// Which closes when the program is executed.
Engine engine_in(const char* word) {
    Engine engine;
    if (std::sscanf(word, "%d:%u", &engine.pipe, &engine.sum) != 2 ||
        ::fcntl(engine.pipe, F_SETFD, FD_CLOEXEC) < 0)
        throw Usage{"holdfast-enter: --engine is for the engine"};
    return engine;
}

// Returns in the process that is to become the check.
enter::CheckBounds begin_check(const char* word) {
    const auto bounds = enter::check_bounds(word);
    if (!bounds) throw Usage{"holdfast-enter: --check is for the engine"};
    enter::become_check(*bounds);
    return *bounds;
}

void tell(const Engine& engine, int error) {
    ::signal(SIGPIPE, SIG_IGN);  // it may have gone
    (void)!::write(engine.pipe, &error, sizeof error);
}

[[noreturn]] void enter_child(const Args& words, std::optional<std::uint32_t> expected) {
    const auto lines = accepted_lines(format::process_sum, expected);
    enter::enter(known_rules(lines, words[0]), {words.begin() + 1, words.end()});
}

[[noreturn]] void enter_check(const Args& words, const enter::CheckBounds& check) {
    const auto lines = accepted_lines(format::process_sum, check.sum);
    enter::Variables extra{{"HOLDFAST_NAME", format::expanded("%n", words[0])}};
    if (check.pid != 0) extra.emplace_back("HOLDFAST_PID", std::to_string(check.pid));
    if (!check.hook.empty()) {
        extra.emplace_back("HOLDFAST_HOOK", check.hook);
        extra.emplace_back("HOLDFAST_COUNT", std::to_string(check.count));
    }
    enter::enter(known_rules(lines, words[0]), {words.begin() + 1, words.end()},
                 enter::Lifetime::of_parent, extra);
}

// NAME REASON EXIT.
[[noreturn]] void enter_finish(const Args& words, std::uint32_t expected) {
    const std::string name = words.at(0);
    const auto lines = accepted_lines(format::finish_sum, expected);
    std::vector<std::string> command = format::finish_command(lines, name, words.at(2));
    std::vector<char*> argv;
    for (std::string& each : command) argv.push_back(each.data());
    enter::enter(known_rules(lines, name), argv, enter::Lifetime::own,
                 {{"HOLDFAST_NAME", format::expanded("%n", name)},
                  {"HOLDFAST_REASON", words.at(1)},
                  {"HOLDFAST_EXIT", words.at(2)}});
}

}  // namespace

int run(const Args& args) {
    const std::string_view option = args.size() > 1 ? args[0] : "";
    const bool finishes = option == "--finish" && args.size() == 5;
    const bool by_engine = finishes || option == "--engine";
    const bool is_check = option == "--check";
    const Args words(args.begin() + (by_engine || is_check ? 2 : 0), args.end());
    if (words.size() < 2 || (!by_engine && !is_check && words[0][0] == '-'))
        throw Usage{
            "holdfast-enter: usage: holdfast-enter [--engine fd:sum | --check "
            "ms:sum:soft:hard:pid:hook:count] "
            "name child | --finish fd:sum name reason exit"};
    const Engine engine = by_engine ? engine_in(args[1]) : Engine{};
    const auto check = is_check ? begin_check(args[1]) : enter::CheckBounds{};
    try {
        if (is_check) enter_check(words, check);
        if (finishes) enter_finish(words, engine.sum);
        enter_child(words, by_engine ? std::optional(engine.sum) : std::nullopt);
    } catch (const enter::Refusal& refusal) {
        if (by_engine) tell(engine, refusal.error);
        throw Exit{"holdfast-enter: fatal: " + std::string(words[0]) + ": " + refusal.text,
                   static_cast<int>(refusal.stage)};
    }
}

}  // namespace hf::program
