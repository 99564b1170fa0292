// SPDX-License-Identifier: MIT
// What settings may not be together, and which need another. Pure.
#pragma once

#include <span>
#include <vector>

#include "config/readings.h"
#include "config/service_file.h"

namespace hf::config {

// `settings`, each with its table in its key, "stop.timeout"; whose values are each right by
// itself.
std::vector<Fault> conflicts(std::span<const Setting> settings, const Surroundings& surroundings);

}  // namespace hf::config
