// SPDX-License-Identifier: MIT
// What may stand in a table of service.toml: its keys, and a reading for each kind of value. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/node.h"
#include "config/words.h"

namespace hf::config {

struct Key;

using Lines = std::vector<std::string>;
struct Reading {
    Lines lines{};                // a key's values in the flat form, one a line
    std::vector<Fault> faults{};  // everything that is wrong with them
};
using Read = Reading(const Node& value, const Key& key);

struct Key {
    std::string_view table;  // "": above the first table
    std::string_view name;
    Read* read;
    std::string_view what{};                     // "a time, such as ...": in complaints
    Words (*words)(std::string_view) = nullptr;  // of one_string() and strings()
    std::vector<std::string_view> choices{};     // of one_of()
    long least = 0, most = 0;  // of whole_number() and numbers(); items of strings(), most 0: any
};

Read time, time_or_none, one_string, strings, string_or_strings, one_of, whole_number, numbers,
    yes_or_no, command, environment, check;

// What a key was given; no values where they are wrong.
struct Setting {
    std::string key;
    Position at;
    Lines values;
};

// Those in the table `from`, in the order of `keys`, and what is wrong with them; `label` goes
// before the name of a key: "[stop] ".
std::vector<Setting> read_settings(const Node& from, std::string_view label,
                                   std::span<const Key> keys, std::vector<Fault>& faults);

}  // namespace hf::config
