// SPDX-License-Identifier: MIT
#include "inspect/peeler.h"

#include <algorithm>
#include <array>

#include "text/decimal.h"

namespace hf::inspect {

namespace {

std::string_view base(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

bool starts_like_option(const Word& word) {
    return word.text.size() > 1 && word.text[0] == '-';
}

// Those of which only the options matter, and how many words they take before the program.
struct Plain {
    std::string_view name;
    std::string_view with_argument;  // the letters of options that take one
    int words;
};
constexpr std::array plain{
    Plain{"nice", "n", 0},      Plain{"ionice", "nctpPu", 0}, Plain{"pgrphack", "", 0},
    Plain{"nohup", "", 0},      Plain{"command", "", 0},      Plain{"stdbuf", "ioe", 0},
    Plain{"setlock", "", 1},    Plain{"setsid", "", 0},       Plain{"chrt", "", 1},
    Plain{"taskset", "", 1},    Plain{"timeout", "ks", 1},    Plain{"tini", "pe", 0},
    Plain{"dumb-init", "r", 0}, Plain{"authbind", "", 0},     Plain{"numactl", "", 0},
    Plain{"s6-setsid", "", 0},  Plain{"time", "", 0},         Plain{"s6-nice", "n", 0},
    Plain{"flock", "wE", 1},    Plain{"unbuffer", "", 0},     Plain{"catchsegv", "", 0},
};

class Peeler {
  public:
    explicit Peeler(Launch& launch) : launch_(launch), words_(launch.words) {}

    void peel() {
        while (!words_.empty() && words_[0].known) {
            std::string tool = words_[0].text;
            if (!one()) return;
            launch_.tools.push_back(tool);
        }
    }

  private:
    bool one() {
        const std::string name(base(words_[0].text));  // of a word that is dropped below
        if (name == "envdir" || name == "s6-envdir") {
            drop(1);
            if (name == "s6-envdir") options("L");
            Word directory = take();
            launch_.env_dirs.push_back({directory.text, directory.known, launch_.user.has_value()});
        } else if (name == "softlimit" || name == "s6-softlimit") {
            drop(1);
            for (const Option& each : options("acdflmoprst")) limit("softlimit -", each);
        } else if (name == "fghack") {
            launch_.waits_for_background = true;
            drop(1);
        } else if (name == "chpst") {
            drop(1);
            for (const Option& each : options("uUe/nlLbmdofcprtC")) chpst(each);
        } else if (name == "env") {
            drop(1);
            environment();
        } else {
            return changes_user(name) || is_plain(name);
        }
        return true;
    }

    bool is_plain(const std::string& name) {
        auto found = std::find_if(plain.begin(), plain.end(),
                                  [&](const Plain& each) { return each.name == name; });
        if (found == plain.end()) return false;
        bool waits = words_.size() > 1 && (words_[1].text == "--wait" || words_[1].text == "-w");
        if (name == "setsid" && waits) launch_.waits_for_background = true;
        drop(1);
        bool forks = !words_.empty() && (words_[0].text == "-f" || words_[0].text == "--fork");
        if (name == "setsid" && forks) launch_.forks = true;
        options(found->with_argument);
        drop(static_cast<size_t>(found->words));
        return true;
    }

    bool changes_user(const std::string& name) {
        if (name == "setuidgid" || name == "envuidgid") {
            drop(1);
            while (!words_.empty() && starts_like_option(words_[0])) {
                if (words_[0].text.find('s') != std::string::npos) launch_.with_groups = true;
                drop(1);
            }
            Word user = take();
            if (name == "setuidgid") launch_.user = user;
        } else if (name == "gosu" || name == "su-exec" || name == "s6-setuidgid") {
            drop(1);
            Word user = take();
            launch_.with_groups = user.text.find(':') == std::string::npos;
            user.text = user.text.substr(0, user.text.find(':'));
            launch_.user = user;
        } else if (name == "setpriv") {
            drop(1);
            setpriv();
        } else if (name == "su" || name == "runuser" || name == "sudo") {
            drop(1);
            su(name);
        } else {
            return false;
        }
        return true;
    }

    // --reuid=USER --regid=GROUP --init-groups; a word may follow as the argument, too.
    void setpriv() {
        while (!words_.empty() && starts_like_option(words_[0])) {
            std::string word = take().text;
            if (word == "--") return;
            size_t equals = word.find('=');
            std::string name = word.substr(0, equals);
            bool with = name == "--reuid" || name == "--regid" || name == "--ruid" ||
                        name == "--euid" || name == "--groups" || name == "--inh-caps" ||
                        name == "--ambient-caps" || name == "--bounding-set" ||
                        name == "--securebits" || name == "--pdeathsig";
            Word value;
            if (with) value = equals == std::string::npos ? take() : Word{word.substr(equals + 1)};
            if (name == "--reuid" || name == "--euid") launch_.user = value;
            bool binds = value.text.find("net_bind_service") != std::string::npos;
            if (name == "--ambient-caps" && binds) launch_.may_bind = true;
            if (name == "--init-groups") launch_.with_groups = true;
        }
    }

    // su [-] [-s SHELL] [-c COMMAND] USER; runuser -u USER [--] PROGRAM; sudo -u USER PROGRAM.
    void su(const std::string& tool) {
        launch_.with_groups = true;
        bool names_program = tool == "sudo";
        std::optional<Word> user;
        Word command;
        while (!words_.empty()) {
            Word word = take();
            if (word.text == "--") break;
            bool user_option = (word.text == "-u" && tool != "su") || word.text == "--user";
            if (user_option) {
                user = take();
                names_program = true;
            } else if (word.text == "-c" || word.text == "--command") {
                command = take();
            } else if (word.text == "-s" || word.text == "-g" || word.text == "-G" ||
                       word.text == "--shell") {
                take();
            } else if (!starts_like_option(word) && word.text != "-") {
                if (names_program) {
                    words_.insert(words_.begin(), word);
                    break;
                }
                if (!user) user = word;
            }
        }
        launch_.user = user.value_or(Word{"root"});
        if (!names_program) words_ = words_of(command);
    }

    // Of the command that a shell is given to execute.
    static std::vector<Word> words_of(const Word& command) {
        if (!command.known || command.text.empty()) return {};
        Script script = parse_script("#!/bin/sh\n" + command.text + "\n");
        auto inner = launch_of(script);
        return inner ? inner->words : std::vector<Word>{};
    }

    // env [-i|-] [-u NAME] [-C DIRECTORY] [NAME=VALUE]...
    void environment() {
        constexpr std::string_view path = "PATH=";
        while (!words_.empty() && words_[0].text.starts_with('-')) {
            std::string word = take().text;
            if (word == "--") break;
            if (word == "-" || word == "-i" || word == "--ignore-environment")
                launch_.search_path = {"/bin:/usr/bin"};
            if (word == "-u" || word == "-S" || word == "--unset") take();
            if (word == "-C" || word == "--chdir") launch_.directory = take();
        }
        while (!words_.empty() && words_[0].text.find('=') != std::string::npos) {
            Word word = take();
            if (word.text.starts_with(path))
                launch_.search_path = {word.text.substr(path.size()), word.known};
        }
    }

    struct Option {
        char letter;
        Word value;
    };

    // Takes the options, and gives those that have an argument.
    std::vector<Option> options(std::string_view with_argument) {
        std::vector<Option> found;
        while (!words_.empty() && starts_like_option(words_[0])) {
            std::string word = words_[0].text;
            drop(1);
            if (word == "--") break;
            size_t place = word.find_first_of(with_argument, 1);
            if (word.starts_with("--") || with_argument.empty() || place == std::string::npos)
                continue;
            Word value{word.substr(place + 1)};
            if (value.text.empty()) value = take();
            if (value.known) found.push_back({word[place], value});
        }
        return found;
    }

    void limit(std::string tool, const Option& option) {
        auto value = text::decimal(option.value.text);
        if (option.value.text.empty() || !value) return;
        const Limit limit{*value, std::move(tool) + option.letter, launch_.line};
        switch (option.letter) {
            case 'm':
            case 'a': keep_least(launch_.address_space, limit); [[fallthrough]];
            case 'd': keep_least(launch_.memory, limit); break;
            case 'o': keep_least(launch_.descriptors, limit); break;
            case 'p': keep_least(launch_.processes, limit); break;
            default: break;
        }
    }

    void chpst(const Option& option) {
        const std::string& value = option.value.text;
        if (option.letter == 'u') launch_.user = Word{value.substr(0, value.find(':'))};
        // It reads it before it becomes another user.
        if (option.letter == 'e') launch_.env_dirs.push_back({value});
        limit("chpst -", option);
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

}  // namespace

void keep_least(std::optional<Limit>& limit, const Limit& other) {
    if (!limit || other.value < limit->value) limit = other;
}

void peel(Launch& launch) {
    Peeler(launch).peel();
}

}  // namespace hf::inspect
