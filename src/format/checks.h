// SPDX-License-Identifier: MIT
// What the engine and holdfast-checker say to each other: lines of text. Pure.
//
// The checker begins with the line checker_title. Then the engine asks, on its standard input:
//
//     check ID TIMEOUT_MS tcp 127.0.0.1:5432
//     check ID TIMEOUT_MS unix /run/web.sock         @NAME for an abstract one
//     check ID TIMEOUT_MS http http://127.0.0.1:8080/health [status=200-399]... [body=TEXT]
//     cancel ID
//
// and the checker answers each check once, on its standard output, in whatever order they end:
//
//     ID VERDICT TOOK_MS LATE_MS[ TEXT]
//
// A check is answered within TIMEOUT_MS (ok), within three times that (slow), or not at all. One
// that is cancelled is not answered, unless its answer was already on its way: an engine ignores an
// ID that it does not wait for. Values are words: a byte up to the space, a backslash and DEL stand
// as \xNN, an empty one as \-.
//
// ID is any number but 0 that is not in use; it is free again when the check is answered or
// cancelled. What the checker cannot understand it answers with `0 refused`, an ID in use with
// `ID refused`: then the check that has the number goes on. Neither happens but by a bug. TOOK_MS
// is the time from when the check began to its answer. LATE_MS is the longest time that the checker
// itself let anything of this check wait: its beginning, or what came from its server. Who judges
// by a time does not count an answer with a high one.
//
// Whoever asks has to read the answers: the checker reads no more while many of its own wait. It
// ends when its input ends, or its output, and what it was at is then unknown.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hf::format {

// The number is that of the protocol: with another one nothing else is known.
inline constexpr std::string_view checker_title = "holdfast-checker 1";

// A longer line of the engine, without its newline, is refused; a longer TEXT is no answer.
inline constexpr std::size_t longest_check_line = 64 * 1024;
inline constexpr std::size_t longest_check_text = 200;
inline constexpr std::chrono::milliseconds longest_check_timeout = std::chrono::days(3650);

enum class CheckKind { tcp, unix_socket, http };

struct StatusRange {
    int first;
    int last;
    bool operator==(const StatusRange&) const = default;
};

struct Check {
    std::uint64_t id;
    std::chrono::milliseconds timeout;  // from 1 ms
    CheckKind kind;
    std::string target;                   // as in service.toml, with %n and %i put in
    std::vector<StatusRange> statuses{};  // none: 200-399
    std::string body{};                   // must occur in the body; empty: anything will do
    bool operator==(const Check&) const = default;
};

struct CancelCheck {
    std::uint64_t id;
    bool operator==(const CancelCheck&) const = default;
};

using CheckRequest = std::variant<Check, CancelCheck>;

// unknown: the checker could not find out, so nothing is said about the service.
enum class CheckVerdict { ok, slow, failed, unknown, refused };

struct CheckAnswer {
    std::uint64_t id;
    CheckVerdict verdict;
    std::chrono::milliseconds took;
    std::chrono::milliseconds late;
    std::string text{};  // for people: "connection refused"; none if ok
    bool operator==(const CheckAnswer&) const = default;
};

// One line each, with its newline.
std::string encode(const CheckRequest& request);
std::string encode(const CheckAnswer& answer);

// Of a line without its newline; none if encode() cannot have made it.
std::optional<CheckRequest> decode_check_request(std::string_view line);

// The same; the checker has read what strangers sent, so a TEXT with a control character is none.
std::optional<CheckAnswer> decode_check_answer(std::string_view line);

}  // namespace hf::format
