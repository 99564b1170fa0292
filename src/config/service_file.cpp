// SPDX-License-Identifier: MIT
#include "config/service_file.h"

#include <algorithm>

#include "config/conflicts.h"
#include "config/keys.h"
#include "text/suggest.h"

namespace hf::config {

namespace {

using Kind = Node::Kind;

std::string in_brackets(std::string_view table) {
    return "[" + std::string(table) + "]";
}

bool is_table(std::string_view name) {
    return !name.empty() && !keys_of(name).empty();
}

bool is_top_key(std::string_view name) {
    return std::ranges::find(keys_of(""), name, &Key::name) != keys_of("").end();
}

// "[ready] or [stop]": where a key belongs that stands above all tables.
std::string homes_of(std::string_view name) {
    std::vector<std::string> homes;
    for (const Key& key : keys()) {
        if (!key.table.empty() && key.name == name) homes.push_back(in_brackets(key.table));
    }
    std::string list;
    for (const std::string& home : homes) {
        if (!list.empty()) list += &home == &homes.back() ? " or " : ", ";
        list += home;
    }
    return list;
}

std::string no_such_table(const std::string& name) {
    const auto known = tables();
    const std::string near = text::suggestion(name, {known.begin(), known.end()});
    return in_brackets(name) + ": there is no such table" +
           (near.empty() ? "" : "; did you mean " + in_brackets(near) + "?");
}

// What is wrong with where an entry of the file stands; empty if nothing is.
std::string misplaced(const Node& word, const Node& value, const Surroundings& surroundings) {
    const std::string& name = word.text;
    if (is_table(name)) {
        if (value.kind != Kind::table) return name + " is a table: write " + in_brackets(name);
        if (!surroundings.is_log || is_for_log(name)) return "";
        return in_brackets(name) + ": a logger has no such table";
    }
    if (is_top_key(name)) return surroundings.is_log ? name + ": a logger has no such key" : "";
    if (value.kind == Kind::table) return no_such_table(name);
    const std::string homes = homes_of(name);
    return homes.empty() ? "" : name + ": this key belongs in " + homes;
}

// The file without what is misplaced, and without what begins with x-, which is for other programs.
Node in_place(Node root, const Surroundings& surroundings, std::vector<Fault>& faults) {
    std::erase_if(root.entries, [&](const auto& entry) {
        if (entry.first.text.starts_with("x-")) return true;
        std::string trouble = misplaced(entry.first, entry.second, surroundings);
        if (trouble.empty()) return false;
        faults.push_back({entry.first.at, std::move(trouble)});
        return true;
    });
    return root;
}

void append(std::vector<Setting> more, std::string_view table, std::vector<Setting>& settings) {
    for (Setting& each : more) {
        if (!table.empty()) each.key = std::string(table) + "." + each.key;
        settings.push_back(std::move(each));
    }
}

std::vector<Setting> settings_of(Node root, std::vector<Fault>& faults) {
    std::vector<std::pair<Node, Node>> inner;
    std::erase_if(root.entries, [&](auto& entry) {
        if (!is_table(entry.first.text)) return false;
        inner.push_back(std::move(entry));
        return true;
    });
    std::vector<Setting> settings;
    append(read_settings(root, "", keys_of(""), faults), "", settings);
    for (std::string_view table : tables()) {
        for (const auto& [word, value] : inner) {
            if (word.text != table) continue;
            append(read_settings(value, in_brackets(table) + " ", keys_of(table), faults), table,
                   settings);
        }
    }
    return settings;
}

constexpr const char* no_effect_yet =
    ": this version of Holdfast does not act on it yet: remove it";

// "[stop] timeout" of "stop.timeout".
std::string label_of(std::string_view key) {
    const size_t dot = key.find('.');
    if (dot == key.npos) return std::string(key);
    return in_brackets(key.substr(0, dot)) + " " + std::string(key.substr(dot + 1));
}

// The same, with the value where another would be right.
std::string label_of(const Setting& setting) {
    const std::string label = label_of(setting.key);
    const bool is_choice = std::ranges::any_of(keys(), [&](const Key& key) {
        const std::string table = key.table.empty() ? "" : std::string(key.table) + ".";
        return !key.choices.empty() && table + std::string(key.name) == setting.key;
    });
    return is_choice ? label + " = \"" + setting.values.front() + "\"" : label;
}

// A list that is empty says nothing.
bool is_obeyed(const Setting& setting, const Surroundings& surroundings) {
    return surroundings.is_obeyed == nullptr ||
           std::ranges::all_of(setting.values, [&](const std::string& value) {
               return surroundings.is_obeyed(setting.key, value);
           });
}

}  // namespace

ServiceFile read_service_file(std::string_view toml, const Surroundings& surroundings) {
    Toml file = read_toml(toml);
    ServiceFile result{{}, std::move(file.faults)};
    if (!result.faults.empty()) return result;
    Node root = in_place(std::move(file.root), surroundings, result.faults);
    const std::vector<Setting> settings = settings_of(std::move(root), result.faults);
    for (Fault& fault : conflicts(settings, surroundings))
        result.faults.push_back(std::move(fault));
    for (const Setting& each : settings) {
        if (!is_obeyed(each, surroundings))
            result.faults.push_back({each.at, label_of(each) + no_effect_yet});
    }
    std::ranges::stable_sort(result.faults, {}, &Fault::at);
    if (!result.faults.empty()) return result;
    for (const Setting& each : settings) {
        for (const std::string& value : each.values) result.lines.push_back({each.key, value});
    }
    return result;
}

}  // namespace hf::config
