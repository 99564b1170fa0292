// SPDX-License-Identifier: MIT
#include "check/text_search.h"

#include <utility>

namespace hf::check {

TextSearch::TextSearch(std::string text) : text_(std::move(text)), fallback_(text_.size() + 1) {
    for (size_t length = 1, matched = 0; length < text_.size(); ++length) {
        while (matched > 0 && text_[length] != text_[matched]) matched = fallback_[matched];
        if (text_[length] == text_[matched]) ++matched;
        fallback_[length + 1] = matched;
    }
}

void TextSearch::take(std::string_view bytes) {
    for (char c : bytes) take(c);
}

void TextSearch::take(char c) {
    if (found()) return;
    while (matched_ > 0 && c != text_[matched_]) matched_ = fallback_[matched_];
    if (c == text_[matched_]) ++matched_;
}

}  // namespace hf::check
