// SPDX-License-Identifier: MIT
// Service directories that the engine does not touch for now: the last engine got stuck there, or
// the last two died there. A process of its own tries instead; when it gets through, the service is
// as any other again. What killed is tried after a while that grows each time it kills again.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "core/time.h"
#include "engine/mounts.h"
#include "guard/protocol.h"

namespace hf::engine {

// What that process does: takes the directory `name` as an engine would, and gives it back.
void probe(const std::string& name);

class Quarantine {
  public:
    // Adds what the guardian's page blames for the end of the last engine, if anything, to what it
    // keeps of the engines before. With a service where one got stuck everything is in quarantine
    // that is on the same mounted file system, unless that is the scan directory's own. No page:
    // nothing ever is.
    explicit Quarantine(guard::SharedPage* page);

    // A look at the scan directory begins: the mounts may be others than at the last.
    void begin_look() { mounts_.reset(); }

    enum class Why { stuck, killed };

    // Why the entry `name` of the scan directory must not be touched now, if it must not.
    std::optional<Why> holds(const std::string& name);

  private:
    struct Item {
        std::string name;    // as the engine knew it, relative to the scan directory
        std::string target;  // where that leads
        std::string mount;   // empty: that one service alone
        Why why = Why::stuck;
        int times = 0;          // that it was put here because it had killed
        bool released = false;  // it got through since: only the times are remembered
        core::Time try_at{};
        std::chrono::seconds since{};  // 1970, by the clock of the wall
        pid_t probe = 0;
    };
    void add(Item item);
    void blame(const std::string& name, Why why);
    void save() const;
    void publish() const;
    bool concerns(const Item& item, const std::string& target);
    bool got_through(Item& item);
    const Mounts& mounts();

    guard::SharedPage* page_;
    std::vector<Item> items_;
    std::optional<Mounts> mounts_;  // of this look
};

}  // namespace hf::engine
