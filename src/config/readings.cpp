// SPDX-License-Identifier: MIT
#include "config/readings.h"

#include <algorithm>
#include <array>
#include <set>

#include "text/suggest.h"
#include "text/visible.h"

namespace hf::config {

namespace {

using Kind = Node::Kind;

Reading wrong(const Node& node, std::string text) {
    return {.faults = {{node.at, std::move(text)}}};
}

Reading expected(std::string_view what, const Node& node) {
    return wrong(node,
                 "must be " + std::string(what) + ", not " + std::string(words_for(node.kind)));
}

// All that is wrong is told, not the first of it.
void add(const std::vector<Fault>& more, std::vector<Fault>& faults) {
    faults.insert(faults.end(), more.begin(), more.end());
}

bool is_right(const Reading& reading) {
    return reading.faults.empty();
}

std::string in_quotes(std::string_view text) {
    return "\"" + text::visible(text) + "\"";
}

// `"a", "b" or "c"`.
std::string in_words(const std::vector<std::string_view>& choices) {
    std::string list;
    for (std::string_view choice : choices) {
        if (!list.empty()) list += choice == choices.back() ? " or " : ", ";
        list += in_quotes(choice);
    }
    return list;
}

// Also the "failure" of "on-failure".
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
    std::string near = text::suggestion(word, {known.begin(), known.end()});
    for (std::string_view each : known) {
        if (near.empty() && word.ends_with("-" + std::string(each))) near = each;
    }
    return near.empty() ? "" : "; did you mean " + near + "?";
}

bool is_number(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

}  // namespace

Reading one_string(const Node& node, const Key& key) {
    if (node.kind == Kind::integer)
        return wrong(node, "must be " + std::string(key.what) + ": write it in quotes");
    if (node.kind != Kind::string) return expected(key.what, node);
    if (node.text.find('\0') != node.text.npos)
        return wrong(node, "must not have a null character in it");
    Words words = key.words(node.text);
    if (!words.trouble.empty()) return wrong(node, in_quotes(node.text) + ": " + words.trouble);
    return {{std::move(words.text)}};
}

Reading strings(const Node& node, const Key& key) {
    if (node.kind == Kind::string)
        return wrong(node, "must be a list: write [" + in_quotes(node.text) + "]");
    if (node.kind != Kind::list) return expected("a list", node);
    Reading reading;
    std::set<std::string> seen;
    for (const Node& item : node.items) {
        Reading one = one_string(item, key);
        if (!is_right(one))
            add(one.faults, reading.faults);
        else if (!seen.insert(one.lines.front()).second)
            reading.faults.push_back({item.at, in_quotes(item.text) + " is in the list twice"});
        else
            reading.lines.push_back(one.lines.front());
    }
    if (node.items.size() < static_cast<size_t>(key.least))
        reading.faults.push_back({node.at, "the list is empty: write " + std::string(key.what)});
    if (key.most != 0 && node.items.size() > static_cast<size_t>(key.most))
        reading.faults.push_back(
            {node.at, "the list is too long: at most " + std::to_string(key.most)});
    return reading;
}

Reading string_or_strings(const Node& node, const Key& key) {
    return node.kind == Kind::list ? strings(node, key) : one_string(node, key);
}

Reading time(const Node& node, const Key& key) {
    if (node.kind != Kind::integer) return one_string(node, key);
    if (node.number < 0) return wrong(node, "a time cannot be negative");
    const std::string number = std::to_string(node.number);
    return wrong(node, "a unit is missing: write \"" + number + "s\" for seconds, or \"" + number +
                           "ms\" for milliseconds");
}

Reading time_or_none(const Node& node, const Key& key) {
    if (node.kind == Kind::string && node.text == "none") return {{"none"}};
    return time(node, key);
}

Reading one_of(const Node& node, const Key& key) {
    const std::string what = in_words(key.choices);
    if (node.kind != Kind::string) return expected(what, node);
    if (std::ranges::find(key.choices, node.text) != key.choices.end()) return {{node.text}};
    return wrong(node,
                 in_quotes(node.text) + ": must be " + what + did_you_mean(node.text, key.choices));
}

Reading whole_number(const Node& node, const Key& key) {
    if (node.kind == Kind::string && is_number(node.text))
        return wrong(node, "must be " + std::string(key.what) + ": write it without quotes");
    if (node.kind != Kind::integer) return expected(key.what, node);
    if (node.number < key.least || node.number > key.most) {
        return wrong(node, std::to_string(node.number) + ": " + std::string(key.what) +
                               " is from " + std::to_string(key.least) + " to " +
                               std::to_string(key.most));
    }
    return {{std::to_string(node.number)}};
}

// An empty list says something, too.
Reading numbers(const Node& node, const Key& key) {
    if (node.kind == Kind::integer)
        return wrong(node, "must be a list: write [" + std::to_string(node.number) + "]");
    if (node.kind != Kind::list) return expected("a list", node);
    std::string line;
    Reading reading;
    for (const Node& item : node.items) {
        const Reading one = whole_number(item, key);
        add(one.faults, reading.faults);
        if (is_right(one)) line += (line.empty() ? "" : " ") + one.lines.front();
    }
    reading.lines = {line};
    return reading;
}

Reading yes_or_no(const Node& node, const Key&) {
    if (node.kind == Kind::string && (node.text == "true" || node.text == "false"))
        return wrong(node, "must be true or false: write it without quotes");
    if (node.kind != Kind::boolean) return expected("true or false", node);
    return {{node.number != 0 ? "true" : "false"}};
}

Reading command(const Node& node, const Key& key) {
    constexpr std::string_view what = "a command, such as [\"./check\", \"-q\"] or \"./check -q\"";
    Key word = key;
    word.what = "a string";
    word.words = some_words;
    if (node.kind == Kind::string) {
        Reading line = one_string(node, word);
        if (is_right(line)) line.lines = {"/bin/sh -c " + escaped(node.text)};
        return line;
    }
    if (node.kind != Kind::list) return expected(what, node);
    if (node.items.empty()) return wrong(node, "a command is missing");
    std::string line;
    Reading reading;
    for (const Node& item : node.items) {
        const Reading one = one_string(item, word);
        word.words = expandable_words;
        add(one.faults, reading.faults);
        if (is_right(one)) line += (line.empty() ? "" : " ") + escaped(one.lines.front());
    }
    reading.lines = {line};
    return reading;
}

Reading environment(const Node& node, const Key& key) {
    if (node.kind != Kind::table) return expected("a table, such as { PORT = \"8080\" }", node);
    Key word = key;
    word.what = "a string";
    word.words = expandable_words;
    Reading reading;
    for (const auto& [name, value] : node.entries) {
        if (name.text.empty() || name.text.find_first_of({"=\0", 2}) != name.text.npos)
            reading.faults.push_back(
                {name.at, in_quotes(name.text) + " cannot be the name of a variable"});
        const Reading one = one_string(value, word);
        add(one.faults, reading.faults);
        if (is_right(one))
            reading.lines.push_back(escaped(name.text) + "=" + escaped(one.lines.front()));
    }
    return reading;
}

Reading check(const Node& node, const Key&) {
    constexpr std::array<std::string_view, 4> kinds{"http", "tcp", "unix", "exec"};
    static const std::vector<Key> keys{
        {"", "http", one_string, "a URL", url_words},
        {"", "tcp", one_string, "an address, such as \"127.0.0.1:5432\"", address_words},
        {"", "unix", one_string, "the path of a socket", socket_words},
        {"", "exec", command},
        {"", "status", string_or_strings, "a status, such as \"200-399\"", status_words},
        {"", "body", one_string, "a text", some_words},
        {"", "timeout", time, "a time, such as \"5s\"", time_words},
    };
    if (node.kind != Kind::table)
        return expected("a check, such as { http = \"http://127.0.0.1:8080/\" }", node);
    Reading reading;
    long asked = 0;
    bool by_http = false;
    for (const Setting& each : read_settings(node, "", keys, reading.faults)) {
        for (const std::string& value : each.values)
            reading.lines.push_back(each.key + " " + value);
        if (std::ranges::find(kinds, each.key) != kinds.end()) ++asked;
        by_http = by_http || each.key == "http";
        if (!by_http && (each.key == "status" || each.key == "body"))
            reading.faults.push_back({each.at, each.key + " has a meaning with http only"});
    }
    if (is_right(reading) && asked != 1)
        reading.faults.push_back({node.at, "a check has exactly one of http, tcp, unix and exec"});
    return reading;
}

std::vector<Setting> read_settings(const Node& from, std::string_view label,
                                   std::span<const Key> keys, std::vector<Fault>& faults) {
    std::vector<std::string_view> known;
    for (const Key& key : keys) known.push_back(key.name);
    std::vector<Setting> settings;
    for (const auto& [word, value] : from.entries) {
        const std::string before = std::string(label) + word.text + ": ";
        const auto key = std::ranges::find(keys, word.text, &Key::name);
        if (key == keys.end()) {
            faults.push_back(
                {word.at, before + "there is no such key" + did_you_mean(word.text, known)});
            continue;
        }
        Reading reading = key->read(value, *key);
        for (const Fault& fault : reading.faults) faults.push_back({fault.at, before + fault.text});
        if (!is_right(reading)) reading.lines.clear();
        settings.push_back({word.text, word.at, std::move(reading.lines)});
    }
    std::ranges::sort(settings, {}, [&](const Setting& each) {
        return std::ranges::find(keys, each.key, &Key::name) - keys.begin();
    });
    return settings;
}

}  // namespace hf::config
