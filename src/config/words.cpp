// SPDX-License-Identifier: MIT
#include "config/words.h"

#include <regex.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>
#include <vector>

#include "text/suggest.h"
#include "text/words.h"

namespace hf::config {

namespace {

Words wrong(std::string trouble) {
    return {"", std::move(trouble)};
}

Words fine(std::string_view text) {
    return {std::string(text)};
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
}

// A number without sign, and nothing else.
std::optional<long> number(std::string_view text) {
    long value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool whole = error == std::errc() && end == text.data() + text.size();
    if (!whole || !is_digit(text.front())) return std::nullopt;
    return value;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const size_t at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == text.npos) return parts;
        text.remove_prefix(at + 1);
    }
}

struct Unit {
    std::string_view name;
    std::chrono::nanoseconds length;
};
constexpr std::array units{
    Unit{"ms", std::chrono::milliseconds(1)}, Unit{"s", std::chrono::seconds(1)},
    Unit{"m", std::chrono::minutes(1)},       Unit{"h", std::chrono::hours(1)},
    Unit{"d", std::chrono::days(1)},
};
constexpr std::chrono::nanoseconds longest_time = std::chrono::days(3650);

// "127.0.0.1", "::1", "localhost": no name that somebody would have to be asked for.
bool is_address(const std::string& host) {
    in6_addr ignored{};
    return host == "localhost" || ::inet_pton(AF_INET, host.c_str(), &ignored) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

bool is_port(std::string_view text) {
    auto port = number(text);
    return port && *port >= 1 && *port <= 65535;
}

// What is wrong with HOST:PORT, if anything; a port may be left out where `with_port` is false.
std::string wrong_with_host(std::string_view text, bool with_port) {
    const bool bracketed = text.starts_with('[');
    const size_t end = bracketed ? text.find(']') : text.find(':');
    const size_t length = end == text.npos ? text.size() : end;
    std::string_view rest = text.substr(std::min(text.size(), length + (bracketed ? 1 : 0)));
    const std::string host(bracketed ? text.substr(1, length - 1) : text.substr(0, length));
    if (!is_address(host))
        return "the host must be localhost or an address of digits, such as 127.0.0.1 or [::1]";
    if (rest.empty() && !with_port) return "";
    if (!rest.starts_with(':')) return "a port is missing: write HOST:PORT";
    return is_port(rest.substr(1)) ? "" : "the port must be a number from 1 to 65535";
}

Words signal_words(std::string_view text) {
    const int signal = text::signal_number(text);
    if (signal != 0) return fine(std::to_string(signal));
    std::vector<std::string> known;
    for (int number = 1; number < 32; ++number) {
        std::string name = text::signal_name(number);
        known.push_back(text.starts_with("SIG") ? name : name.substr(3));
    }
    const std::string near = text::suggestion(text, known);
    return wrong("there is no such signal" + (near.empty() ? "" : "; did you mean " + near + "?"));
}

}  // namespace

Words time_words(std::string_view text) {
    constexpr std::string_view how =
        "a time is a number and its unit (ms, s, m, h or d), such as \"90s\"";
    std::chrono::nanoseconds sum{};
    if (text.empty()) return wrong(std::string(how));
    while (!text.empty()) {
        const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
        const auto count = number(text.substr(0, digits));
        text.remove_prefix(digits);
        const size_t letters = std::min(text.find_first_of("0123456789"), text.size());
        const auto* unit = std::ranges::find(units, text.substr(0, letters), &Unit::name);
        if (!count || unit == units.end()) return wrong(std::string(how));
        text.remove_prefix(letters);
        if (*count > longest_time / unit->length) return wrong("a time has at most ten years");
        sum += *count * unit->length;
    }
    if (sum > longest_time) return wrong("a time has at most ten years");
    return fine(std::to_string(sum.count()));
}

Words ending_words(std::string_view text) {
    Words words = signal_words(text);
    for (int signal : {SIGSTOP, SIGTSTP, SIGCONT, SIGCHLD, SIGWINCH, SIGURG}) {
        if (words.text == std::to_string(signal))
            return wrong("this signal does not end a process");
    }
    return words;
}

Words reload_words(std::string_view text) {
    constexpr std::array those{SIGHUP,  SIGINT,  SIGQUIT, SIGTERM,
                               SIGALRM, SIGUSR1, SIGUSR2, SIGWINCH};
    Words words = signal_words(text);
    const auto is_it = [&](int signal) { return words.text == std::to_string(signal); };
    if (words.trouble.empty() && std::ranges::none_of(those, is_it))
        return wrong("it must be HUP, INT, QUIT, TERM, ALRM, USR1, USR2 or WINCH");
    return words;
}

Words step_words(std::string_view text) {
    const auto parts = split(text, ' ');
    if (parts.size() != 2) return wrong("a step is a signal and a time, such as \"TERM 10s\"");
    const Words signal = ending_words(parts[0]);
    if (!signal.trouble.empty()) return signal;
    const Words time = time_words(parts[1]);
    if (!time.trouble.empty()) return time;
    return fine(signal.text + " " + time.text);
}

Words schedule_words(std::string_view text) {
    constexpr std::string_view how =
        "a time of day is \"04:00\", or with a day of the week \"Sun 04:00\"";
    constexpr std::array<std::string_view, 7> days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    std::string_view clock = text;
    if (const size_t space = text.find(' '); space != text.npos) {
        if (std::ranges::find(days, text.substr(0, space)) == days.end())
            return wrong("the days are Mon, Tue, Wed, Thu, Fri, Sat and Sun");
        clock.remove_prefix(space + 1);
    }
    if (clock.size() != 5 || clock[2] != ':') return wrong(std::string(how));
    const auto hour = number(clock.substr(0, 2));
    const auto minute = number(clock.substr(3));
    if (!hour || !minute || *hour > 23 || *minute > 59) return wrong(std::string(how));
    return fine(text);
}

Words mode_words(std::string_view text) {
    const bool octal = text.find_first_not_of("01234567") == text.npos;
    if (!octal || text.size() < 3 || text.size() > 4 || (text.size() == 4 && text[0] != '0'))
        return wrong("a umask is three octal digits, such as \"022\"");
    return fine(text);
}

Words user_words(std::string_view text) {
    for (std::string_view part : split(text, ':')) {
        if (part.empty() || part.find_first_of(" \t\n/,") != part.npos)
            return wrong(
                "write a user, or a user and its groups, as in \"www-data:www-data:ssl-cert\"");
    }
    return fine(text);
}

Words name_words(std::string_view text) {
    if (text.empty()) return wrong("a name is missing");
    if (text.find('/') != text.npos) return wrong("write the service's name, not a path");
    if (text.starts_with('.')) return wrong("no service has a name that begins with a dot");
    if (text.size() > 255) return wrong("a name has at most 255 bytes");
    if (std::ranges::any_of(text, is_control))
        return wrong("a name must not have a control character in it");
    return expandable_words(text);
}

Words group_words(std::string_view text) {
    if (text.find('@') != text.npos)
        return wrong("the name of a group is what stands before the @");
    return name_words(text);
}

Words pattern_words(std::string_view text) {
    regex_t pattern;
    const std::string zero_ended(text);
    const int code = ::regcomp(&pattern, zero_ended.c_str(), REG_EXTENDED | REG_NOSUB);
    if (code != 0) {
        std::array<char, 200> reason{};
        ::regerror(code, &pattern, reason.data(), reason.size());
        return wrong(std::string("not a regular expression: ") + reason.data());
    }
    ::regfree(&pattern);
    if (text.empty()) return wrong("an empty pattern matches every line");
    if (text.find('\n') != text.npos)
        return wrong("a pattern is looked for in one line: it has no newline");
    return expandable_words(text);
}

Words address_words(std::string_view text) {
    std::string trouble = wrong_with_host(text, true);
    if (!trouble.empty()) return wrong(std::move(trouble));
    return fine(text);
}

Words url_words(std::string_view text) {
    constexpr std::string_view scheme = "http://";
    if (text.starts_with("https://"))
        return wrong("only http is spoken here; use exec = [\"curl\", \"-fsS\", \"" +
                     std::string(text) + "\"]");
    if (!text.starts_with(scheme))
        return wrong("write a URL, such as \"http://127.0.0.1:8080/health\"");
    if (text.find_first_of(" \t\r\n") != text.npos) return wrong("a URL has no spaces");
    std::string_view host = text.substr(scheme.size());
    host = host.substr(0, host.find('/'));
    std::string trouble = wrong_with_host(host, false);
    if (!trouble.empty()) return wrong(std::move(trouble));
    return expandable_words(text);
}

Words socket_words(std::string_view text) {
    if (!text.starts_with('/') && !text.starts_with('@'))
        return wrong("write an absolute path, such as \"/run/web.sock\"");
    if (text.size() < 2 || text.size() > 107) return wrong("a socket's path has 2 to 107 bytes");
    return expandable_words(text);
}

Words status_words(std::string_view text) {
    const auto parts = split(text, '-');
    const auto first = number(parts.front());
    const auto last = number(parts.back());
    if (parts.size() > 2 || !first || !last || *first < 100 || *last > 599 || *first > *last)
        return wrong("a status is a number from 100 to 599, or a range such as \"200-399\"");
    return fine(std::to_string(*first) + "-" + std::to_string(*last));
}

Words expandable_words(std::string_view text) {
    for (size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 2)) {
        const std::string_view code = text.substr(at, 2);
        if (code == "%n" || code == "%i" || code == "%%") continue;
        const bool is_letter =
            code.size() == 2 && std::isalnum(static_cast<unsigned char>(code[1]));
        return wrong(std::string(code.substr(0, is_letter ? 2 : 1)) +
                     " has no meaning: %n is the service's name, %i what " +
                     "follows its @, and %% a percent sign");
    }
    return fine(text);
}

Words some_words(std::string_view text) {
    if (text.empty()) return wrong("must not be empty");
    return expandable_words(text);
}

Words path_words(std::string_view text) {
    if (std::ranges::any_of(text, is_control)) return wrong("no control character can be in it");
    return some_words(text);
}

std::string toml_string(std::string_view text) {
    const bool is_literal = text.find_first_of("\"\\") != text.npos && text.find('\'') == text.npos;
    const char quote = is_literal ? '\'' : '"';
    std::string result(1, quote);
    for (char c : text) {
        if (!is_literal && (c == '"' || c == '\\')) result += '\\';
        result += c;
    }
    return result + quote;
}

std::string escaped(std::string_view word) {
    if (word.empty()) return "\\-";
    std::string line;
    for (char c : word) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > ' ' && byte != '\\' && byte != 0x7f) {
            line += c;
            continue;
        }
        std::array<char, 5> code{};
        std::snprintf(code.data(), code.size(), "\\x%02x", byte);
        line += code.data();
    }
    return line;
}

}  // namespace hf::config
