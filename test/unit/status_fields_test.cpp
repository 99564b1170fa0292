// SPDX-License-Identifier: MIT
// The table of fields in doc/service-dir.md, compared with the one that writes and reads them.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "format/fields.h"

using namespace hf::format;

namespace {

std::string row_of(const Field& field) {
    std::string bytes = std::to_string(field.at);
    if (field.width > 1) bytes += "-" + std::to_string(field.at + field.width - 1);
    std::string text;
    text.append("| ").append(bytes).append(" | ").append(field.name).append(" | ");
    return text.append(field.meaning).append(" |");
}

// The rows of the table that begins with this line.
std::vector<std::string> documented(const std::string& head) {
    std::ifstream file(HF_SOURCE_DIR "/doc/service-dir.md");
    std::vector<std::string> rows;
    bool inside = false;
    for (std::string line; std::getline(file, line);) {
        if (inside && !line.starts_with('|')) break;
        if (inside && !line.starts_with("|---")) rows.push_back(line);
        if (line == head) inside = true;
    }
    return rows;
}

}  // namespace

TEST(StatusFields, AreThoseOfTheDocument) {
    std::vector<std::string> expected;
    for (const Field& field : fields()) expected.push_back(row_of(field));
    EXPECT_EQ(documented("| bytes | field | meaning |"), expected);
}
