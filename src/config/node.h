// SPDX-License-Identifier: MIT
// A TOML document as a tree of values that know where they stand. TOML itself is toml++'s matter,
// and only of read_toml().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hf::config {

struct Position {
    unsigned line = 1;
    unsigned column = 1;  // in characters
    auto operator<=>(const Position&) const = default;
};

// What is wrong in a file, in words that follow "FILE:LINE:COLUMN: ".
struct Fault {
    Position at;
    std::string text;
    bool operator==(const Fault&) const = default;
};

struct Node {
    enum class Kind { boolean, integer, real, string, date, list, table };
    Kind kind = Kind::table;
    Position at{};
    std::string text{};                            // of a string
    std::int64_t number = 0;                       // of an integer; 1 for true
    std::vector<Node> items{};                     // of a list
    std::vector<std::pair<Node, Node>> entries{};  // of a table: a key, as a string, and its value
};

// "a string", "a list".
std::string_view words_for(Node::Kind kind);

struct Toml {
    Node root;
    std::vector<Fault> faults;  // at most one: after it nothing can be understood
};

// Never throws, whatever the bytes are.
Toml read_toml(std::string_view text);

}  // namespace hf::config
