// SPDX-License-Identifier: MIT
#include "engine/own_session.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>

#include "sys/safe_open.h"

namespace hf::engine {

namespace {

constexpr std::string_view blanks = " \t";

std::string_view next_word(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    std::string_view word = line.substr(0, line.find_first_of(blanks));
    line.remove_prefix(word.size());
    return word;
}

// `exec`, and behind it `setsid` or `/usr/bin/setsid`, in one command.
bool executes_setsid(std::string_view line) {
    bool executes = false;
    while (!line.empty()) {
        std::string_view word = next_word(line);
        if (word.starts_with('#')) return false;
        if (word == "exec") executes = true;
        if (executes && (word == "setsid" || word.ends_with("/setsid"))) return true;
        if (word.ends_with(';') || word == "&" || word == "&&" || word == "||" || word == "|")
            executes = false;
    }
    return false;
}

}  // namespace

bool makes_own_session(std::string_view script) {
    if (!script.starts_with("#!")) return false;
    std::string line;
    while (!script.empty()) {
        size_t size = std::min(script.find('\n'), script.size());
        std::string_view part = script.substr(0, size);
        script.remove_prefix(std::min(size + 1, script.size()));
        bool goes_on = part.ends_with('\\');
        line += part.substr(0, part.size() - (goes_on ? 1 : 0));
        if (goes_on) continue;
        if (executes_setsid(line)) return true;
        line.clear();
    }
    return executes_setsid(line);
}

bool run_makes_own_session(const sys::Fd& directory) {
    constexpr size_t most = 16384;
    sys::Fd file = sys::open_at(directory, "run", O_RDONLY | O_NONBLOCK | O_NOCTTY);
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) < 0 || !S_ISREG(status.st_mode)) return false;
    std::string text;
    return sys::read_at_most(file.get(), most, text) && makes_own_session(text);
}

}  // namespace hf::engine
