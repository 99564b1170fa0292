// SPDX-License-Identifier: MIT
#include "control/rules.h"

#include <fcntl.h>

#include "format/rules.h"
#include "sys/fd.h"
#include "sys/file_status.h"
#include "sys/safe_open.h"

namespace hf::control {

namespace {

std::optional<format::ReadRules> rules_in(const sys::Fd& supervise, const char* name) {
    const auto bytes = sys::read_entry(supervise, name, format::longest_rules_file + 1);
    return bytes ? format::decode_read_rules(*bytes) : std::nullopt;
}

}  // namespace

RulesView rules_of(const std::string& path, const std::string& name) {
    RulesView view;
    const auto status = sys::file_status(path + "/" + format::service_file);
    if (!status) return view;
    const sys::Fd supervise = sys::open((path + "/supervise").c_str(), O_PATH | O_DIRECTORY);
    if (const auto read = rules_in(supervise, format::accepted_rules);
        read && read->faults.empty()) {
        view.accepted = true;
        view.in_force = format::rules_of(*read, name);
        view.lines = read->lines;
    }
    const auto refused = rules_in(supervise, format::refused_rules);
    if (refused && refused->source == format::stamp_of(*status)) view.refused = refused->faults;
    return view;
}

}  // namespace hf::control
