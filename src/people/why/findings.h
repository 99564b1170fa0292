// SPDX-License-Identifier: MIT
// What was found wrong, in the order of the chain: the first finding is the cause.
#pragma once

#include <string>
#include <vector>

#include "people/why/causes.h"

namespace hf::people {

struct Finding {
    Cause cause;
    std::string sentence;               // in plain words, without a full stop
    std::vector<std::string> evidence;  // how it is known
    std::vector<std::string> remedies;  // commands to paste, or a sentence
    std::string place;                  // "/srv/web/run:3", where there is a line to blame

    Finding& because(std::string line) {
        if (!line.empty()) evidence.push_back(std::move(line));
        return *this;
    }
    Finding& remedy(std::string line) {
        if (!line.empty()) remedies.push_back(std::move(line));
        return *this;
    }
    Finding& at(std::string where) {
        place = std::move(where);
        return *this;
    }
    bool is_note() const { return about(cause).kind == Class::note; }
};

class Findings {
  public:
    // The reference is good until the next add().
    Finding& add(Cause cause, std::string sentence) {
        return all_.emplace_back(Finding{cause, std::move(sentence), {}, {}, ""});
    }
    const std::vector<Finding>& all() const { return all_; }

    // The first that is no note; null if nothing is wrong.
    const Finding* cause() const {
        for (const Finding& each : all_) {
            if (!each.is_note()) return &each;
        }
        return nullptr;
    }
    bool has(Cause cause) const {
        for (const Finding& each : all_) {
            if (each.cause == cause) return true;
        }
        return false;
    }

  private:
    std::vector<Finding> all_;
};

}  // namespace hf::people
