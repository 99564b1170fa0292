// SPDX-License-Identifier: MIT
#include "inspect/launch.h"

#include <algorithm>
#include <array>
#include <limits>

#include "inspect/peeler.h"
#include "text/decimal.h"

namespace hf::inspect {

namespace {

std::string_view base(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

std::uint16_t as_port(std::string_view digits) {
    auto value = text::decimal(digits);
    if (digits.empty() || !value || *value > std::numeric_limits<std::uint16_t>::max()) return 0;
    return static_cast<std::uint16_t>(*value);
}

bool is_elsewhere(std::string_view host) {
    if (host.empty() || host.starts_with("localhost")) return false;
    bool is_v6 = host.find(':') != std::string_view::npos;
    return host.find_first_not_of(is_v6 ? "0123456789.:[]abcdefABCDEF" : "0123456789.*") !=
           std::string_view::npos;
}

// A port behind the name of another machine is that one's.
bool is_client(const std::vector<Word>& words) {
    constexpr std::array<std::string_view, 10> to{"-h",       "--host",   "--hostname", "--server",
                                                  "--broker", "--remote", "--upstream", "--connect",
                                                  "--target", "--peer"};
    if (words.empty()) return false;
    std::string_view program = base(words[0].text);
    if (program == "ssh" || program == "autossh") return true;
    for (size_t i = 1; i < words.size(); ++i) {
        std::string_view word = words[i].text;
        size_t equals = word.find('=');
        std::string_view name = word.substr(0, equals);
        bool is_option = std::find(to.begin(), to.end(), name) != to.end();
        std::string_view value;
        if (equals != std::string_view::npos)
            value = word.substr(equals + 1);
        else if (i + 1 < words.size())
            value = words[i + 1].text;
        if (is_option && is_elsewhere(value)) return true;
        size_t at = word.find('@');
        bool is_account = at != 0 && at != std::string_view::npos && at + 1 < word.size() &&
                          word.find('/') == std::string_view::npos && word[0] != '-';
        if (is_account) return true;
    }
    return false;
}

// `--port 80`, `--port=80`, `-p80`, `server.port=80`, `0.0.0.0:80`; for python's own server, a
// number alone.
std::uint16_t port_in(const std::vector<Word>& words) {
    if (is_client(words)) return 0;
    for (size_t i = 1; i < words.size(); ++i) {
        const std::string& word = words[i].text;
        bool has_next = i + 1 < words.size() && words[i + 1].known;
        if (!words[i].known) continue;
        std::string_view option(word);
        if (option == "--port" || option == "-port" || option == "-p" || option == "http.server" ||
            option == "--listen" || option == "--http-port") {
            std::uint16_t next = has_next ? as_port(words[i + 1].text) : 0;
            if (next != 0) return next;
        }
        size_t place = word.find("port=");
        if (place != std::string::npos && as_port(option.substr(place + 5)) != 0)
            return as_port(option.substr(place + 5));
        size_t colon = word.rfind(':');
        bool host = colon != std::string::npos &&
                    word.find_first_not_of("0123456789.*[]:") == std::string::npos;
        if (host && as_port(option.substr(colon + 1)) != 0)
            return as_port(option.substr(colon + 1));
    }
    return 0;
}

constexpr std::array<std::string_view, 54> makes_nothing{
    "cat",    "tr",     "cut",    "head",     "tail",   "basename", "dirname", "awk",    "cd",
    "ulimit", "umask",  "set",    "echo",     "sleep",  "wait",     "exit",    "test",   "[",
    "[[",     ":",      "true",   "false",    "printf", "trap",     "chmod",   "chown",  "chgrp",
    "kill",   "rm",     "export", "unset",    "read",   "shift",    "logger",  "sysctl", "modprobe",
    "pgrep",  "pkill",  "grep",   "id",       "date",   "which",    "command", "type",   "svc",
    "svok",   "svstat", "sv",     "hostname", "ps",     "holdfast", "stty",    "usleep", "local"};

// These make what their words name; of any other command it is not known what it makes.
constexpr std::array<std::string_view, 7> makes_its_words{"mkdir", "install", "cp",    "mv",
                                                          "ln",    "touch",   "mkfifo"};

void note_made(const Script& script, const Command& last, Launch& launch) {
    for (const Command& each : script.commands) {
        if (&each == &last) break;
        std::string_view verb = base(each.words[0].text);
        for (const Word& file : each.outputs) {
            launch.made.push_back(file.text);
            if (!file.known) launch.may_make_anything = true;
        }
        auto is_in = [&](const auto& list) {
            return std::find(list.begin(), list.end(), verb) != list.end();
        };
        if (is_in(makes_nothing)) continue;
        if (!is_in(makes_its_words)) launch.may_make_anything = true;
        for (size_t i = 1; i < each.words.size(); ++i) {
            if (!each.words[i].known) launch.may_make_anything = true;
            launch.made.push_back(each.words[i].text);
        }
    }
}

// The letters of ulimit: v, d and m in kilobytes; p is of dash alone.
void note_ulimit(const Script& script, const Command& command, Launch& launch) {
    bool is_bash = script.interpreter.ends_with("bash") || sought_by_env(script) == "bash";
    char letter = 0;
    for (size_t i = 1; i < command.words.size(); ++i) {
        const Word& word = command.words[i];
        if (word.text.size() > 1 && word.text[0] == '-') letter = word.text.back();
        auto value = text::decimal(word.text);
        if (!value || word.text.empty() || !word.known) continue;
        const std::string option = std::string("ulimit -") + letter;
        const Limit count{*value, option, command.line};
        constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max() / 1024;
        const Limit size{std::min(*value, most) * 1024, option, command.line};
        if (letter == 'v') keep_least(launch.address_space, size);
        if (letter == 'v' || letter == 'd') keep_least(launch.memory, size);
        if (letter == 'n') keep_least(launch.descriptors, count);
        if (letter == 'u' || (letter == 'p' && !is_bash)) keep_least(launch.processes, count);
    }
}

void note_limits(const Script& script, const Command& last, Launch& launch) {
    for (const Command& each : script.commands) {
        if (&each == &last) break;
        if (each.words[0].text == "ulimit" && !each.conditional) note_ulimit(script, each, launch);
    }
}

}  // namespace

std::optional<Launch> launch_of(const Script& script) {
    const Command* last = nullptr;
    bool waits = false;
    Word directory;
    for (const Command& command : script.commands) {
        const std::string& verb = command.words[0].text;
        if (verb == "cd" && command.words.size() > 1) {
            bool further = !command.words[1].text.starts_with('/') && !directory.text.empty();
            directory.text = (further ? directory.text + "/" : "") + command.words[1].text;
            directory.known =
                directory.known && command.words[1].known && command.words[1].text != "-";
        }
        constexpr std::array<std::string_view, 10> small{
            "cd", "ulimit", "umask", "set", "echo", "sleep", "wait", "exit", ":", "disown"};
        if (verb == "wait") waits = true;
        if (std::find(small.begin(), small.end(), verb) != small.end() && !command.exec) continue;
        last = &command;
        waits = false;
        if (command.exec && !command.conditional && !command.background) break;
    }
    if (last == nullptr || (last->conditional && !last->exec)) return std::nullopt;
    if (script.functions.contains(last->words[0].text)) return std::nullopt;
    Launch launch;
    launch.waits_for_background = waits;
    launch.line = last->line;
    launch.exec = last->exec;
    launch.background = last->background && !waits;
    launch.piped = last->piped;
    launch.words = last->words;
    launch.directory = directory;
    launch.output = !last->outputs.empty() ? last->outputs[0] : script.output;
    note_made(script, *last, launch);
    note_limits(script, *last, launch);
    peel(launch);
    return launch;
}

bool writes_log_directory(const Launch& launch) {
    if (launch.words.empty()) return false;
    std::string_view name = base(launch.words[0].text);
    return name == "multilog" || name == "svlogd" || name == "s6-log";
}

std::optional<std::string> log_directory(const Launch& launch) {
    if (!writes_log_directory(launch)) return std::nullopt;
    for (size_t i = launch.words.size() - 1; i > 0; --i) {
        const Word& word = launch.words[i];
        if (word.known && (word.text.starts_with('.') || word.text.starts_with('/')))
            return word.text;
    }
    return std::nullopt;
}

std::uint16_t port_of(const Script& script, const std::optional<Launch>& launch) {
    std::uint16_t port = as_port(setting(script, "PORT"));
    if (port == 0 && launch) port = port_in(launch->words);
    return port;
}

}  // namespace hf::inspect
