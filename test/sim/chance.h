// SPDX-License-Identifier: MIT
// A story that nobody has thought out: directories, links, orders, edits, faults and ends of
// something big, as the seed of the world has it.
#pragma once

#include <functional>
#include <memory>

#include "story.h"
#include "world.h"

namespace hf::test {

// Calls `calm` when it is over.
std::unique_ptr<Story> told_by_chance(World& world, std::function<void()> calm);

}  // namespace hf::test
