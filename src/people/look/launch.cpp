// SPDX-License-Identifier: MIT
#include "people/look/launch.h"

#include <algorithm>
#include <array>
#include <limits>

#include "format/decimal.h"

namespace hf::people {

namespace {

std::string_view base(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

bool starts_like_option(const Word& word) {
    return word.text.size() > 1 && word.text[0] == '-';
}

void keep_least(std::optional<std::uint64_t>& limit, std::string_view digits) {
    auto value = format::decimal(digits);
    if (digits.empty() || !value) return;
    limit = limit ? std::min(*limit, *value) : *value;
}

// Takes the wrappers off the front of a command, one at a time.
class Peeler {
  public:
    explicit Peeler(Launch& launch) : launch_(launch), words_(launch.words) {}

    void peel() {
        while (!words_.empty() && words_[0].known && one()) {
        }
    }

  private:
    bool one() {
        std::string_view name = base(words_[0].text);
        if (name == "setuidgid" || name == "envuidgid" || name == "s6-setuidgid" ||
            name == "gosu" || name == "su-exec") {
            drop(1);
            Word user = take();
            bool with_group = name == "gosu" || name == "su-exec" || name == "s6-setuidgid";
            if (with_group) user.text = user.text.substr(0, user.text.find(':'));
            if (name != "envuidgid") launch_.user = user;
        } else if (name == "envdir" || name == "s6-envdir") {
            drop(1);
            Word directory = take();
            launch_.env_dirs.push_back({directory.text, directory.known, launch_.user.has_value()});
        } else if (name == "softlimit" || name == "s6-softlimit") {
            drop(1);
            options("acdflmoprst");
        } else if (name == "setlock") {
            drop(1);
            options("");
            drop(1);
        } else if (name == "fghack") {
            launch_.waits_for_background = true;
            drop(1);
        } else if (name == "chpst") {
            drop(1);
            options("uUe/nlLbmdofcprtC");
        } else {
            return other(name);
        }
        return true;
    }

    bool other(std::string_view name) {
        if (name == "nice" || name == "ionice") {
            drop(1);
            options("nc");
        } else if (name == "env") {
            drop(1);
            options("u");
            while (!words_.empty() && words_[0].text.find('=') != std::string::npos) drop(1);
        } else if (name == "pgrphack" || name == "nohup" || name == "command") {
            drop(1);
        } else if (name == "stdbuf") {
            drop(1);
            options("ioe");
        } else {
            return false;
        }
        return true;
    }

    void options(std::string_view with_argument) {
        while (!words_.empty() && starts_like_option(words_[0])) {
            std::string word = words_[0].text;
            drop(1);
            if (word == "--") break;
            size_t place = word.find_first_of(with_argument, 1);
            if (with_argument.empty() || place == std::string::npos) continue;
            Word value{word.substr(place + 1)};
            if (value.text.empty()) value = take();
            if (value.known) option(word[place], value);
        }
    }

    void option(char letter, const Word& value) {
        if (letter == 'm' || letter == 'a' || letter == 'd') keep_least(launch_.memory, value.text);
        if (letter == 'm' || letter == 'a') keep_least(launch_.address_space, value.text);
        if (letter == 'o') keep_least(launch_.descriptors, value.text);
        if (letter == 'u') launch_.user = Word{value.text.substr(0, value.text.find(':'))};
        // chpst reads it before it becomes another user.
        if (letter == 'e') launch_.env_dirs.push_back({value.text});
    }

    Word take() {
        if (words_.empty()) return {"", false};
        Word first = words_[0];
        drop(1);
        return first;
    }

    void drop(size_t count) {
        words_.erase(words_.begin(),
                     words_.begin() + static_cast<std::ptrdiff_t>(std::min(count, words_.size())));
    }

    Launch& launch_;
    std::vector<Word>& words_;
};

std::uint16_t as_port(std::string_view digits) {
    auto value = format::decimal(digits);
    if (digits.empty() || !value || *value > std::numeric_limits<std::uint16_t>::max()) return 0;
    return static_cast<std::uint16_t>(*value);
}

// `--port 80`, `--port=80`, `-p80`, `server.port=80`, `0.0.0.0:80`; for python's own server, a
// number alone.
std::uint16_t port_in(const std::vector<Word>& words) {
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

}  // namespace

std::optional<Launch> launch_of(const Script& script) {
    const Command* last = nullptr;
    Word directory;
    for (const Command& command : script.commands) {
        const std::string& verb = command.words[0].text;
        if (verb == "cd" && command.words.size() > 1) {
            bool further = !command.words[1].text.starts_with('/') && !directory.text.empty();
            directory.text = (further ? directory.text + "/" : "") + command.words[1].text;
            directory.known =
                directory.known && command.words[1].known && command.words[1].text != "-";
        }
        constexpr std::array<std::string_view, 8> small{"cd",   "ulimit", "umask", "set",
                                                        "echo", "sleep",  "wait",  "exit"};
        if (std::find(small.begin(), small.end(), verb) != small.end() && !command.exec) continue;
        last = &command;
        if (command.exec && !command.conditional) break;
    }
    if (last == nullptr || (last->conditional && !last->exec)) return std::nullopt;
    Launch launch;
    launch.line = last->line;
    launch.exec = last->exec;
    launch.background = last->background;
    launch.piped = last->piped;
    launch.words = last->words;
    launch.directory = directory;
    Peeler(launch).peel();
    return launch;
}

std::optional<std::string> log_folder(const Launch& launch) {
    if (launch.words.empty()) return std::nullopt;
    std::string_view name = base(launch.words[0].text);
    if (name != "multilog" && name != "svlogd" && name != "s6-log") return std::nullopt;
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

}  // namespace hf::people
