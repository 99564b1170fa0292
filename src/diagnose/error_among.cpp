// SPDX-License-Identifier: MIT
#include "diagnose/error_among.h"

#include <algorithm>
#include <array>
#include <regex>
#include <string>

#include "diagnose/symptoms.h"
#include "text/words.h"

namespace hf::diagnose {

namespace {

// How plainly a line says that it is the error; of two alike the later one is.
enum class Weight { none, aside, error, thrown, fatal };

bool is_indented(std::string_view line) {
    return line.empty() || line[0] == ' ' || line[0] == '\t';
}

// What npm puts before each of its lines, which are about its child more often than about itself.
std::string_view npm_mark(std::string_view line) {
    for (std::string_view mark : {"npm ERR!", "npm error"}) {
        if (line.starts_with(mark)) return mark;
    }
    return "";
}

// The name of a class of exceptions with which the line begins (Python, node, Java, Squeak), or in
// brackets at its end (Ruby).
bool is_thrown(std::string_view line) {
    static const std::regex before(R"re(^(?:Uncaught )?(?:[\w$]+(?:\.|::))*(?:[A-Z]\w*)?)re"
                                   R"re((?:Error|Exception|NotUnderstood)\b.*)re");
    static const std::regex behind(R"re(.*\((?:\w+::)*(?:\w*(?:Error|Exception)|E[A-Z]{3,})\)$)re");
    constexpr size_t enough = 1000;  // std::regex recurses for each character
    std::string head(line.substr(0, enough));
    return std::regex_match(head, before) || std::regex_match(head, behind);
}

// What a shell says: "./run: 3: X: parameter not set", "./run: line 3: X: unbound variable".
bool is_of_a_shell(std::string_view line) {
    size_t place = line.substr(0, 100).find(": ");
    if (place == 0 || place == std::string_view::npos) return false;
    if (line.substr(0, place).find(' ') != std::string_view::npos) return false;
    line.remove_prefix(place + 2);
    if (line.starts_with("line ")) line.remove_prefix(5);
    const size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
    return digits > 0 && line.substr(digits).starts_with(": ");
}

// It says itself that it was the end.
bool says_fatal(std::string_view line) {
    constexpr std::array<std::string_view, 12> words{"[emerg]",
                                                     "fatal:",
                                                     "fatal error",
                                                     "[fatal]",
                                                     "panic:",
                                                     "panicked at",
                                                     "exception in thread \"",
                                                     "caused by:",
                                                     "[error] [my",
                                                     "terminate called",
                                                     "unhandled exception",
                                                     "uncaught exception"};
    if (line.starts_with("  what():")) return true;  // of C++, behind "terminate called"
    if (is_indented(line)) return false;
    const std::string lower = text::lower_case(line);
    bool is_name = line.starts_with("FATAL ") || line.find(" FATAL ") != std::string_view::npos;
    return is_name ||
           (lower.find("non-fatal") == std::string::npos && text::has_one_of(lower, words));
}

Weight weight_of(std::string_view line) {
    if (std::string_view mark = npm_mark(line); !mark.empty()) {
        std::string_view rest = line.substr(std::min(line.size(), mark.size() + 1));
        return looks_like_error(rest) ? Weight::aside : Weight::none;
    }
    bool is_error = looks_like_error(line);
    if (is_error && is_aside(line)) return Weight::aside;
    if (says_fatal(line)) return Weight::fatal;
    if (!is_error) return Weight::none;
    return is_thrown(line) ? Weight::thrown : Weight::error;
}

// What makes the next line that is not indented the error, whatever it says.
bool announces(std::string_view line) {
    return line.ends_with("Traceback (most recent call last):") ||
           (line.find("' panicked at ") != std::string_view::npos && line.ends_with(':'));
}

}  // namespace

bool looks_like_error(std::string_view line) {
    constexpr std::array<std::string_view, 28> words{
        "error",        "exception",     "fatal",          "failed",     "failure",
        "panic",        "cannot",        "can't",          "could not",  "couldn't",
        "unable to",    "not found",     "no such",        "no module",  "unknown option",
        "unrecognized", "unrecognised",  "invalid",        "illegal",    "refused",
        "denied",       "not permitted", "does not exist", "caused by:", "terminate called",
        "assertion",    "undefined",     "missing script"};
    // Where it happened: node and Java ("    at f (x.js:1)"), Python and Ruby.
    if (is_indented(line)) return false;
    if (line.starts_with("Traceback ") || line.starts_with("at ")) return false;
    if (symptom_of(line) != Symptom::none || is_of_a_shell(line)) return true;
    std::string lower = text::lower_case(line);
    if (lower.starts_with("0 error") || lower.find(" 0 error") != std::string::npos ||
        lower.find("no error") != std::string::npos)
        return false;
    return text::has_one_of(lower, words);
}

bool is_aside(std::string_view line) {
    constexpr std::array<std::string_view, 27> words{"[notice]",
                                                     "[info]",
                                                     "[warn]",
                                                     "[warning]",
                                                     "[debug]",
                                                     " info ",
                                                     " warn ",
                                                     "warning:",
                                                     "log:  ",
                                                     "hint:  ",
                                                     "detail:  ",
                                                     "statement:  ",
                                                     "shutting down",
                                                     "shut down",
                                                     "] aborting",
                                                     "still could not bind",
                                                     "could not open error log file",
                                                     " test failed",
                                                     "failed to boot",
                                                     "command failed with exit code",
                                                     "elifecycle",
                                                     "lifecycle script",
                                                     "exit status",
                                                     "exited with",
                                                     "begin failed--",
                                                     "*** [",
                                                     "pthread_setschedparam failed"};
    return text::has_one_of(text::lower_case(line), words);
}

std::optional<size_t> error_among(const std::vector<std::string_view>& lines) {
    std::optional<size_t> found;
    Weight most = Weight::aside;
    bool announced = false;
    for (size_t i = 0; i < lines.size(); ++i) {
        Weight weight = weight_of(lines[i]);
        if (announced && !is_indented(lines[i])) {
            weight = std::max(weight, Weight::thrown);
            announced = false;
        }
        if (announces(lines[i])) {
            announced = true;
            weight = Weight::none;
        }
        if (weight < most) continue;
        most = weight;
        found = i;
    }
    return found;
}

}  // namespace hf::diagnose
