// SPDX-License-Identifier: MIT
// The keys of service.toml: the one table that reading, the manual and the completion share.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "config/readings.h"

namespace hf::config {

// All keys, those of one table behind each other, in the order of the flat form.
std::span<const Key> keys();

// Those of one table; empty if there is no such table.
std::span<const Key> keys_of(std::string_view table);

// The tables, without the top level.
std::vector<std::string_view> tables();

// Whether a table may stand in log/service.toml, too.
bool is_for_log(std::string_view table);

}  // namespace hf::config
