// SPDX-License-Identifier: MIT
// What happens to a simulated machine: fixed scenarios, to be crashed at every single call, and
// random ones.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "world.h"

namespace hf::test {

// Who decides what happens next; lives as long as the world.
class Story {
  public:
    virtual ~Story() = default;
};

// Furnishes `world` and plans what will happen in it; `calm` is called when that is over.
std::unique_ptr<Story> tell_story(World& world, const std::string& name,
                                  const std::function<void()>& calm);

}  // namespace hf::test
