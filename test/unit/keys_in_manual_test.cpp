// SPDX-License-Identifier: MIT
// holdfast-from(7) names what other supervisors have for each key, and which keys this version does
// not act on.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "config/keys.h"
#include "format/rules.h"

using namespace hf;
using namespace hf::config;

namespace {

// The lines of a section of the page, from its heading to the next.
std::vector<std::string> section(const std::string& heading) {
    std::ifstream page(std::string(HF_SOURCE_DIR) + "/man/holdfast-from.7");
    std::vector<std::string> lines;
    bool is_in = false;
    for (std::string line; std::getline(page, line);) {
        if (line.starts_with(".Ss ") || line.starts_with(".Sh ")) {
            is_in = line == ".Ss " + heading;
        } else if (is_in) {
            lines.push_back(line);
        }
    }
    EXPECT_FALSE(lines.empty()) << "no section: " << heading;
    return lines;
}

size_t rows_of(std::string_view key, const std::vector<std::string>& lines) {
    const std::string row = ".It " + std::string(key) + " Ta ";
    size_t count = 0;
    for (const std::string& line : lines) count += line.starts_with(row) ? 1 : 0;
    return count;
}

std::string dotted(const Key& key) {
    return (key.table.empty() ? "" : std::string(key.table) + ".") + std::string(key.name);
}

// What stands in the section of those that are not acted on, as "stop.steps".
std::vector<std::string> not_acted_on() {
    std::vector<std::string> keys;
    std::string table;
    for (const std::string& line : section("Keys that are not acted on yet")) {
        const size_t tab = line.find(" Ta ");
        if (!line.starts_with(".It ") || tab == line.npos) continue;
        const std::string label = line.substr(4, tab - 4);
        if (label == "top level")
            table.clear();
        else if (label != "\"\"")
            table = label.substr(1, label.size() - 2) + ".";
        std::istringstream words(line.substr(tab + 4));
        for (std::string word; words >> word;) {
            if (word.ends_with(',')) word.pop_back();
            keys.push_back(table + word);
        }
    }
    return keys;
}

}  // namespace

TEST(KeysInTheManual, EachHasARowInBothTablesOfOthers) {
    for (const Key& key : keys()) {
        const std::string table(key.table);
        const auto lines =
            section(table.empty() ? "Keys of the top level" : "Keys of table " + table);
        EXPECT_EQ(rows_of(key.name, lines), 2U) << dotted(key);
    }
}

// Who teaches Holdfast to act on a key takes it out of that section, and puts it into
// service.toml(5).
TEST(KeysInTheManual, ThoseThatAreNotActedOnAreNamed) {
    std::vector<std::string> expected;
    for (const Key& key : keys()) {
        const std::string_view value = key.choices.empty() ? "" : key.choices.front();
        if (!format::is_obeyed(dotted(key), value)) expected.push_back(dotted(key));
    }
    EXPECT_EQ(not_acted_on(), expected);
}
