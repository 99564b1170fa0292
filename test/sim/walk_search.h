// SPDX-License-Identifier: MIT
// Situations that were found, in the order in which they were, and how each was reached.
#pragma once

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <unordered_set>

namespace hf::test {

template <class Situation>
class Search {
  public:
    // Takes note of a situation that `by` led to; false if one with an equal key is known.
    bool add(const std::string& key, const Situation& situation, const std::string& by,
             std::optional<size_t> from) {
        if (!seen_.insert(key).second) return false;
        size_t depth = from ? found_[*from].depth + 1 : 0;
        depth_ = std::max(depth_, depth);
        found_.push_back({situation, by, from, depth});
        return true;
    }

    size_t size() const { return found_.size(); }
    size_t depth() const { return depth_; }  // of the situation that is farthest from the beginning
    const Situation& at(size_t number) const { return found_[number].situation; }

    // The events that lead to a situation.
    std::string path(size_t to) const {
        const Found& found = found_[to];
        return (found.from ? path(*found.from) : "") + found.by + ", ";
    }

  private:
    struct Found {
        Situation situation;
        std::string by;  // the event that led here
        std::optional<size_t> from;
        size_t depth;
    };
    std::deque<Found> found_;
    std::unordered_set<std::string> seen_;
    size_t depth_ = 0;
};

}  // namespace hf::test
