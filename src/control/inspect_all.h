// SPDX-License-Identifier: MIT
// Looking at many services, of which some may be on a file system that does not answer: who asks it
// waits with it, for ever. So a thread asks, and is left behind where it gets stuck.
#pragma once

#include <string>
#include <vector>

#include "control/service.h"

namespace hf::control {

struct ServicePath {
    std::string name;
    std::string path;
};

// A service and its logger.
struct ServicePair {
    ServiceView service;
    std::string logger;  // its state; empty without one
};

// In the order of the places. What does not answer within about a second is `unanswered`, and is
// not asked again by this process until it has answered.
std::vector<ServicePair> inspect_all(const std::vector<ServicePath>& paths);

}  // namespace hf::control
