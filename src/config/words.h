// SPDX-License-Identifier: MIT
// What is written in a string of service.toml: a time, a signal, an address. Pure.
#pragma once

#include <string>
#include <string_view>

namespace hf::config {

struct Words {
    std::string text;       // as it stands in the flat form
    std::string trouble{};  // what is wrong with it, if anything; follows "TEXT: "
};

// "500ms", "1m30s": in nanoseconds.
Words time_words(std::string_view text);

// "TERM", "SIGTERM": its number. A signal that ends a process; one that a letter of svc sends.
Words ending_words(std::string_view text);
Words reload_words(std::string_view text);

// "QUIT 5s": the signal, and the time to wait after it.
Words step_words(std::string_view text);

// "04:00", "Sun 04:00".
Words schedule_words(std::string_view text);

// "022": as it is.
Words mode_words(std::string_view text);

// "www-data", "www-data:ssl-cert:999": as it is. Whether they exist is another matter.
Words user_words(std::string_view text);

// The name of a service, as in the scan directory; that of a group, which has no @.
Words name_words(std::string_view text);
Words group_words(std::string_view text);

// An extended regular expression.
Words pattern_words(std::string_view text);

// "127.0.0.1:5432", "[::1]:5432", "localhost:5432".
Words address_words(std::string_view text);

// "http://127.0.0.1:8080/health".
Words url_words(std::string_view text);

// A path, or "@NAME" for an abstract one.
Words socket_words(std::string_view text);

// "200", "200-399".
Words status_words(std::string_view text);

// Any text in which %n, %i and %% are the only uses of the percent sign. `some_words`: not empty.
Words expandable_words(std::string_view text);
Words some_words(std::string_view text);

// The same for a path.
Words path_words(std::string_view text);

// As TOML writes a text: in double quotes, or in single ones where it has any of the double.
std::string toml_string(std::string_view text);

// One word of many that stand in a line, separated by spaces.
std::string escaped(std::string_view word);

}  // namespace hf::config
