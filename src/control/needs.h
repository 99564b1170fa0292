// SPDX-License-Identifier: MIT
// What a service waits for before it starts: other services.
#pragma once

#include <string>
#include <vector>

#include "control/service.h"
#include "core/graph.h"

namespace hf::control {

struct Unmet {
    std::string name;
    bool exists = false;  // in the scan directory
    bool is_need = true;  // else only wanted, or followed: not waited for for ever
    ServiceView view{};   // if it exists
};

// Those of the services that `view` names which keep it from starting now; none if it does not
// wait.
std::vector<Unmet> unmet(const ServiceView& view, const std::string& scan_dir);

// The same whether or not it is to start: what would keep it.
std::vector<Unmet> unmet_by_name(const core::Waits& waits, const std::string& scan_dir);

}  // namespace hf::control
