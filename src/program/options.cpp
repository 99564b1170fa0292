// SPDX-License-Identifier: MIT
#include "program/options.h"

#include <cerrno>
#include <cstring>

namespace hf::program {

Options::Options(const Args& args, std::string_view letters, std::string usage)
    : args_(args), letters_(letters), usage_(std::move(usage)) {}

std::optional<Option> Options::next() {
    if (place_ == 0) {
        if (word_ == args_.size()) return std::nullopt;
        const char* word = args_[word_];
        if (word[0] != '-' || word[1] == '\0') return std::nullopt;
        if (std::strcmp(word, "--") == 0) {
            ++word_;
            return std::nullopt;
        }
        place_ = 1;
    }
    char* word = args_[word_];
    char letter = word[place_++];
    char* rest = word + place_;
    size_t known = letter == ':' ? std::string_view::npos : letters_.find(letter);
    if (known == std::string_view::npos) misuse("illegal option", letter);

    bool takes_argument = known + 1 < letters_.size() && letters_[known + 1] == ':';
    bool word_ends = *rest == '\0';
    if (word_ends || takes_argument) {
        ++word_;
        place_ = 0;
    }
    if (!takes_argument) return Option{letter, nullptr};
    if (!word_ends) return Option{letter, rest};
    if (word_ == args_.size()) misuse("option requires an argument", letter);
    return Option{letter, args_[word_++]};
}

Args Options::operands() const {
    return Args(args_.begin() + static_cast<ptrdiff_t>(word_), args_.end());
}

void Options::misuse(std::string_view what, char letter) const {
    std::string line(::program_invocation_short_name);
    line.append(": ").append(what).append(" -- ").push_back(letter);
    throw Usage{line + "\n" + usage_};
}

}  // namespace hf::program
