// SPDX-License-Identifier: MIT
// service.toml as people write it, read into the lines of supervise/rules: keys are "TABLE.KEY",
// those above the tables "KEY". Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/node.h"
#include "format/rules_file.h"

namespace hf::config {

// What is around the file, and decides with it.
struct Surroundings {
    std::string name{};    // of the service; empty if it is not known
    bool has_log = false;  // it writes into a logger's pipe
    bool is_log = false;   // the file is that of a logger
    // Others are refused; none: nothing is.
    bool (*is_obeyed)(std::string_view key, std::string_view value) = nullptr;
};

struct ServiceFile {
    std::vector<format::RulesLine> lines;  // in the order of the keys; only what the file says
    std::vector<Fault> faults;  // all of them, in the order of the file; with one, no line counts
};

ServiceFile read_service_file(std::string_view toml, const Surroundings& surroundings);

}  // namespace hf::config
