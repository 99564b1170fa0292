// SPDX-License-Identifier: MIT
// Which names of a TOML text are taken, where, and by what. Pure.
#pragma once

#include <map>
#include <span>
#include <string>

#include "config/toml_cursor.h"

namespace hf::config {

// A name on the way to a key or a table, and where it stands.
struct TomlName {
    std::string text;
    size_t offset;
};

struct TomlNames {
    enum class Kind {
        value,   // also a list, and a table in braces: nothing can be added
        way,     // on the way to a table: [a.b] makes a
        table,   // [a]
        tables,  // [[a]]: `inside` is of the last of them
        dotted,  // a.b = 1 makes a
    };
    Kind kind = Kind::table;
    size_t offset = 0;
    std::map<std::string, TomlNames> inside{};
};

// The table of [a.b], or of [[a.b]], which is noted. Throws a Fault where the name is taken.
TomlNames& note_table(TomlNames& root, std::span<const TomlName> path, bool is_one_of_many,
                      const TomlCursor& cursor);

// The value of a.b = 1 in `table`.
void note_key(TomlNames& table, std::span<const TomlName> path, const TomlCursor& cursor);

}  // namespace hf::config
