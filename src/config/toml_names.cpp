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

// [a.b] or [[a.b]], whose last name is taken already, by `taken`.
void note_again(TomlNames& taken, std::span<const TomlName> path, bool is_one_of_many,
                const TomlCursor& cursor) {
    if (is_one_of_many && taken.kind == Kind::tables) {
        taken.inside.clear();
        return;
    }
    const size_t offset = path.back().offset;
    if (taken.kind == Kind::way && !is_one_of_many) {
        taken.kind = Kind::table;
        taken.offset = offset;
        return;
    }
    const std::string line = line_of(taken, cursor);
    const std::string single = "[" + path_text(path) + "]";
    const std::string many = "[" + single + "]";
    if (is_one_of_many)
        cursor.fail(offset, "this is " + single + " " + line + ", and cannot be " + many + " here");
    if (taken.kind == Kind::tables)
        cursor.fail(offset, "this is " + many + " " + line + ", and cannot be " + single + " here");
    cursor.fail(offset, "there is a " + single + " already, " + line + ": put all its keys there");
}

}  // namespace

TomlNames& note_table(TomlNames& root, std::span<const TomlName> path, bool is_one_of_many,
                      const TomlCursor& cursor) {
    TomlNames* table = &root;
    for (size_t i = 0; i < path.size(); ++i) {
        const bool is_last = i + 1 == path.size();
        const Kind kind = !is_last ? Kind::way : is_one_of_many ? Kind::tables : Kind::table;
        const auto [entry, is_new] =
            table->inside.try_emplace(path[i].text, TomlNames{kind, path[i].offset});
        table = &entry->second;
        if (is_new) continue;
        if (table->kind == Kind::value) no_table(path.first(i + 1), *table, cursor);
        if (is_last) note_again(*table, path, is_one_of_many, cursor);
    }
    return *table;
}

void note_key(TomlNames& table, std::span<const TomlName> path, const TomlCursor& cursor) {
    TomlNames* inner = &table;
    for (size_t i = 0; i < path.size(); ++i) {
        const bool is_last = i + 1 == path.size();
        const Kind kind = is_last ? Kind::value : Kind::dotted;
        const auto [entry, is_new] =
            inner->inside.try_emplace(path[i].text, TomlNames{kind, path[i].offset});
        inner = &entry->second;
        if (is_new || (!is_last && inner->kind == Kind::dotted)) continue;
        const auto here = path.first(i + 1);
        if (inner->kind == Kind::value && !is_last) no_table(here, *inner, cursor);
        const bool is_value = inner->kind == Kind::value;
        cursor.fail(path[i].offset, path_text(here) + (is_value ? " is set" : " is a table") +
                                        " already, " + line_of(*inner, cursor) +
                                        (is_value  ? ": remove one of the two"
                                         : is_last ? ": it cannot have a value, too"
                                                   : ": set its keys there"));
    }
}

}  // namespace hf::config
