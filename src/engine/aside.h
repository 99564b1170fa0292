// SPDX-License-Identifier: MIT
// Services whose files the engine does not touch for now, because the last engine got stuck there.
// A process of its own tries instead; when it gets through, the service is as any other again.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "sys/guard.h"

namespace hf::engine {

// What that process does: looks at everything of the service `name` that an engine would.
void probe(const std::string& name);

class Aside {
  public:
    // Adds what the last engine was at when it got stuck, if it did, to what the page keeps of the
    // engines before. With a service everything stands aside that is on the same mounted file
    // system, unless that is the service folder's own. No page: nothing ever stands aside.
    explicit Aside(sys::GuardPage* page);

    // Whether the entry `name` of the folder must not be touched now.
    bool holds(const std::string& name);

  private:
    struct Item {
        std::string name;
        std::string mount;  // empty: that one service alone
        pid_t probe = 0;
    };
    void add(const std::string& name);
    void save() const;

    sys::GuardPage* page_;
    std::vector<Item> items_;
};

}  // namespace hf::engine
