// SPDX-License-Identifier: MIT
// Looks for a text in bytes that come in pieces of any length, in time that grows with their number
// alone (Knuth, Morris, Pratt): who sends them may wish it did not. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hf::check {

class TextSearch {
  public:
    // An empty text is found at once.
    explicit TextSearch(std::string text);

    void take(std::string_view bytes);
    bool found() const { return matched_ == text_.size(); }

  private:
    void take(char c);

    std::string text_;
    std::vector<size_t> fallback_;  // how much is still matched when what follows n bytes is not
    size_t matched_ = 0;            // bytes of the text that what came last ends with
};

}  // namespace hf::check
