// SPDX-License-Identifier: MIT
#include "log/script.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace hf::log {

namespace {

// As daemontools reads numbers: the leading digits, modulo 2^64; no digits are 0.
uint64_t leading_number(std::string_view text) {
    uint64_t value = 0;
    for (char c : text) {
        if (c < '0' || c > '9') break;
        value = value * 10 + static_cast<uint64_t>(c - '0');
    }
    return value;
}

// As we read numbers: nothing but digits, not too large.
template <typename Number>
std::optional<Number> strict_number(std::string_view text) {
    Number value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// A number of bytes up to 2^63, with an optional k, m, g or t.
std::optional<uint64_t> byte_count(std::string_view text) {
    constexpr uint64_t most = uint64_t{1} << 63;
    unsigned shift = 0;
    if (!text.empty()) {
        const size_t unit = std::string_view("kmgt").find(text.back());
        if (unit != std::string_view::npos) {
            shift = 10 * (static_cast<unsigned>(unit) + 1);
            text.remove_suffix(1);
        }
    }
    const auto value = strict_number<uint64_t>(text);
    if (!value || *value > most >> shift) return std::nullopt;
    return *value << shift;
}

std::optional<AtMost> at_most(std::string_view text) {
    const size_t slash = text.find('/');
    const auto lines = strict_number<uint64_t>(text.substr(0, slash));
    if (!lines || *lines == 0) return std::nullopt;
    if (slash == std::string_view::npos) return AtMost{*lines, std::chrono::seconds(1)};
    const auto every = strict_number<uint32_t>(text.substr(slash + 1));
    if (!every || *every == 0) return std::nullopt;
    return AtMost{*lines, std::chrono::seconds(*every)};
}

// "127.0.0.1:514" or "[::1]:514".
std::optional<CopyTo> copy_to(CopyTo::Kind kind, std::string_view text) {
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    const auto port = strict_number<uint16_t>(text.substr(colon + 1));
    if (!port || *port == 0) return std::nullopt;
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find_first_not_of("0123456789.") != std::string_view::npos) {
        return std::nullopt;
    }
    if (host.empty()) return std::nullopt;
    return CopyTo{kind, std::string(host), *port};
}

class Parser {
  public:
    void take(std::string_view word) {
        if (word.empty()) return;
        const std::string_view rest = word.substr(1);
        switch (word.front()) {
            case '-':
            case '+': select(word.front(), rest, false); break;
            case 'e': script_.actions.emplace_back(Alert{}); break;
            case '=': script_.actions.emplace_back(StatusFile{std::string(rest)}); break;
            case 's':
                rules_.size = std::clamp<uint64_t>(leading_number(rest), 4096, 16777215);
                break;
            case 'n': rules_.files = std::max<unsigned long>(leading_number(rest), 2); break;
            case '!': rules_.processor = rest; break;
            case '.':
            case '/': append_to(word); break;
            default: take_ours(word.front(), rest);
        }
    }

    void first(std::string_view word) {
        if (word.starts_with('t')) script_.stamp = Stamp::tai64n;
        if (word == "T") script_.stamp = Stamp::iso8601;
        if (word == "j") script_.stamp = Stamp::json;
        if (script_.stamp == Stamp::none) take(word);
    }

    Script finished() { return std::move(script_); }

  private:
    void select(char sign, std::string_view pattern, bool regular) {
        script_.actions.emplace_back(Select{std::string(pattern), sign == '+', regular});
    }

    void append_to(std::string_view name) {
        script_.actions.emplace_back(AppendTo{script_.directories.size()});
        script_.directories.push_back({std::string(name), rules_});
    }

    void copy(std::optional<CopyTo> target) {
        if (target) script_.actions.emplace_back(*target);
    }

    void take_ours(char letter, std::string_view rest) {
        switch (letter) {
            case 'b':
                if (auto size = byte_count(rest)) rules_.size = std::max<uint64_t>(*size, 4096);
                break;
            case 'S':
                if (auto total = byte_count(rest)) rules_.total = *total;
                break;
            case 'k':
                if (auto free = byte_count(rest)) rules_.keep_free = *free;
                break;
            case 'a':
                if (rest == "midnight") rules_.at_midnight = true;
                if (auto age = strict_number<uint32_t>(rest))
                    rules_.age = std::chrono::seconds(*age);
                break;
            case 'z': compress(rest); break;
            case '~':
                if (rest.starts_with('+') || rest.starts_with('-')) {
                    select(rest.front(), rest.substr(1), true);
                }
                break;
            case 'm':
                if (auto limit = at_most(rest)) script_.actions.emplace_back(*limit);
                break;
            case 'y':
                if (rest.empty()) copy(CopyTo{});
                break;
            case 'u': copy(copy_to(CopyTo::Kind::udp, rest)); break;
            case 'c': copy(copy_to(CopyTo::Kind::tcp, rest)); break;
            default: break;  // not an action, as in daemontools
        }
    }

    void compress(std::string_view level) {
        if (level.empty()) rules_.compression = 3;
        const auto number = strict_number<int>(level);
        if (number && *number >= 0 && *number <= 19) rules_.compression = *number;
    }

    Script script_;
    DirectoryRules rules_;
};

}  // namespace

Script parse_script(const std::vector<std::string_view>& words) {
    Parser parser;
    for (size_t i = 0; i < words.size(); ++i) {
        if (i == 0) {
            parser.first(words[i]);
        } else {
            parser.take(words[i]);
        }
    }
    return parser.finished();
}

}  // namespace hf::log
