// SPDX-License-Identifier: MIT
#include "text/suggest.h"

#include <algorithm>
#include <array>

namespace hf::text {

size_t distance(std::string_view one, std::string_view other) {
    std::vector<std::vector<size_t>> table(one.size() + 1, std::vector<size_t>(other.size() + 1));
    for (size_t i = 0; i <= one.size(); ++i) table[i][0] = i;
    for (size_t j = 0; j <= other.size(); ++j) table[0][j] = j;
    for (size_t i = 1; i <= one.size(); ++i) {
        for (size_t j = 1; j <= other.size(); ++j) {
            size_t same = one[i - 1] == other[j - 1] ? 0 : 1;
            table[i][j] =
                std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + same});
            bool swapped =
                i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
            if (swapped) table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
        }
    }
    return table[one.size()][other.size()];
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
    std::string best;
    size_t least = word.size() < 6 ? 2 : 3;
    for (const std::string& each : known) {
        bool begins = word.size() >= 2 && each.starts_with(word);
        size_t away = begins ? 1 : distance(word, each);
        if (away >= least) continue;
        least = away;
        best = each;
    }
    return best;
}

std::string_view command_for_word(std::string_view word) {
    struct Meaning {
        std::string_view word;
        std::string_view command;
    };
    constexpr std::array meanings{
        Meaning{"ls", "status"},        Meaning{"list", "status"},     Meaning{"ps", "status"},
        Meaning{"stat", "status"},      Meaning{"tail", "logs"},       Meaning{"journal", "logs"},
        Meaning{"rm", "remove"},        Meaning{"del", "remove"},      Meaning{"delete", "remove"},
        Meaning{"uninstall", "remove"}, Meaning{"unlink", "remove"},   Meaning{"link", "add"},
        Meaning{"new", "add"},          Meaning{"create", "add"},      Meaning{"run", "add"},
        Meaning{"up", "start"},         Meaning{"down", "stop"},       Meaning{"kill", "signal"},
        Meaning{"hup", "reload"},       Meaning{"resume", "continue"}, Meaning{"history", "events"},
        Meaning{"diagnose", "why"},     Meaning{"test", "check"},      Meaning{"cat", "show"},
        Meaning{"monitor", "top"},
    };
    for (const Meaning& each : meanings) {
        if (each.word == word) return each.command;
    }
    return "";
}

}  // namespace hf::text
