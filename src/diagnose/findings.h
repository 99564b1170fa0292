// SPDX-License-Identifier: MIT
// What was found wrong, in the order of the chain: the first finding is the cause.
#pragma once

#include <string>
#include <vector>

#include "diagnose/causes.h"

namespace hf::diagnose {

struct Finding {
    Cause cause;
    std::string sentence;               // in plain words, without a full stop
    std::vector<std::string> evidence;  // how it is known
    std::vector<std::string> remedies;  // commands to paste, or a sentence
    std::string location;               // "/srv/web/run:3", where there is a line to blame

    Finding& because(std::string line) {
        if (!line.empty()) evidence.push_back(std::move(line));
        return *this;
    }
    Finding& remedy(std::string line) {
        if (!line.empty()) remedies.push_back(std::move(line));
        return *this;
    }
    Finding& at(std::string where) {
        location = std::move(where);
        return *this;
    }
    bool only_notes = false;  // a suspicion, where a fact says that all is well

    Class kind() const { return only_notes ? Class::note : about(cause).kind; }
    bool is_note() const { return kind() == Class::note; }
};

class Findings {
  public:
    // The reference is good until the next add().
    Finding& add(Cause cause, std::string sentence) {
        return all_.emplace_back(Finding{cause, std::move(sentence), {}, {}, "", false});
    }
    void lead_with(Finding finding) { all_.insert(all_.begin(), std::move(finding)); }
    // All from the one with this number on.
    void make_notes_from(size_t first) {
        for (size_t i = first; i < all_.size(); ++i) all_[i].only_notes = true;
    }
    const std::vector<Finding>& all() const { return all_; }

    // Where a connection was all that was asked for: "*:8080"; empty where more was, or nothing.
    void was_only_connected(std::string where) { only_connected_ = std::move(where); }
    const std::string& only_connected() const { return only_connected_; }

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
    std::string only_connected_;
};

}  // namespace hf::diagnose
