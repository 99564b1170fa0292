// SPDX-License-Identifier: MIT
#include "config/toml_names.h"

namespace hf::config {

namespace {

using Kind = TomlNames::Kind;

std::string path_text(std::span<const TomlName> path) {
    std::string text;
    for (const TomlName& name : path) text += (text.empty() ? "" : ".") + name.text;
    return shown(text);
}

std::string line_of(const TomlNames& taken, const TomlCursor& cursor) {
    return "on line " + std::to_string(cursor.position(taken.offset).line);
}

[[noreturn]] void no_table(std::span<const TomlName> path, const TomlNames& taken,
                           const TomlCursor& cursor) {
    cursor.fail(path.back().offset, path_text(path) + " has a value already, " +
                                        line_of(taken, cursor) + ": it cannot be a table, too");
}

}  // namespace

TomlNames& note_table(TomlNames& root, std::span<const TomlName> path, bool is_one_of_many,
                      const TomlCursor& cursor) {
    TomlNames* table = &root;
    for (size_t i = 0; i < path.size(); ++i) {
        const bool is_last = i + 1 == path.size();
        const size_t offset = path[i].offset;
        const Kind kind = !is_last ? Kind::way : is_one_of_many ? Kind::tables : Kind::table;
        const auto [entry, is_new] = table->inside.try_emplace(path[i].text, kind, offset);
        table = &entry->second;
        if (is_new) continue;
        const std::string name = path_text(path.first(i + 1));
        const std::string line = line_of(*table, cursor);
        if (table->kind == Kind::value) no_table(path.first(i + 1), *table, cursor);
        if (!is_last) continue;
        if (is_one_of_many && table->kind == Kind::tables) {
            table->inside.clear();
            continue;
        }
        const std::string single = "[" + name + "]";
        const std::string many = "[" + single + "]";
        if (is_one_of_many || table->kind == Kind::tables) {
            cursor.fail(offset, name + " is " + (is_one_of_many ? single : many) + " " + line +
                                    ", and cannot be " + (is_one_of_many ? many : single) +
                                    " here");
        }
        if (table->kind != Kind::way) {
            cursor.fail(offset,
                        "there is a " + single + " already, " + line + ": put all its keys there");
        }
        *table = {kind, offset, std::move(table->inside)};
    }
    return *table;
}

void note_key(TomlNames& table, std::span<const TomlName> path, const TomlCursor& cursor) {
    TomlNames* inner = &table;
    for (size_t i = 0; i < path.size(); ++i) {
        const bool is_last = i + 1 == path.size();
        const size_t offset = path[i].offset;
        const auto [entry, is_new] =
            inner->inside.try_emplace(path[i].text, is_last ? Kind::value : Kind::dotted, offset);
        inner = &entry->second;
        if (is_new || (!is_last && inner->kind == Kind::dotted)) continue;
        const std::string name = path_text(path.first(i + 1));
        const std::string line = line_of(*inner, cursor);
        if (inner->kind == Kind::value && is_last)
            cursor.fail(offset, name + " is set already, " + line + ": remove one of the two");
        if (inner->kind == Kind::value) no_table(path.first(i + 1), *inner, cursor);
        cursor.fail(offset,
                    name + " is a table already, " + line +
                        (is_last ? ": it cannot have a value, too" : ": set its keys there"));
    }
}

}  // namespace hf::config
