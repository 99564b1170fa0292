// SPDX-License-Identifier: MIT
// What has become of the service.toml of a service, as far as this user may see it.
#pragma once

#include <string>
#include <vector>

#include "core/rules.h"
#include "format/rules_file.h"

namespace hf::control {

struct RulesView {
    core::Rules in_force = core::default_rules;
    bool accepted = false;  // in_force was read from a file, with these lines
    std::vector<format::RulesLine> lines{};
    std::vector<std::string>
        refused{};  // what is wrong with the present file: "7:1: TEXT", ": TEXT"
};

// Of the service called `name` in the directory `path`.
RulesView rules_of(const std::string& path, const std::string& name);

}  // namespace hf::control
