// SPDX-License-Identifier: MIT
// Who is the parent of the services, and so the first to know of their deaths: a guardian, or this
// process itself. Both also bring what is ordered by signals.
#pragma once

#include <atomic>
#include <variant>
#include <vector>

#include "engine/kernel.h"
#include "sys/fd.h"
#include "sys/guard.h"

namespace hf::engine {

// Under a guardian. Descriptors guard_socket and guard_memory are inherited.
class GuardianLink {
  public:
    GuardianLink();
    ~GuardianLink();
    GuardianLink(const GuardianLink&) = delete;
    GuardianLink& operator=(const GuardianLink&) = delete;

    void ready();  // deaths are told from now on
    int fd() const { return socket_.get(); }
    bool may_have_more() const { return false; }
    void read(std::vector<Happening>& into);
    void bury(core::Pid pid);
    void conclude(int exit_code);
    bool is_ours(pid_t parent) const { return parent == guardian_; }
    static constexpr bool parent_is_ours = true;  // of this process: children become its siblings
    sys::GuardPage& page() { return *page_; }
    int memory() const { return memory_.get(); }
    format::Session session() const;

  private:
    void send(const sys::GuardMessage& message);
    void end_unborn();

    sys::Fd socket_;
    sys::Fd memory_;
    sys::GuardPage* page_;
    pid_t guardian_;
};

// Alone: `supervise DIR`.
class OwnChildren {
  public:
    OwnChildren();

    void ready() {}
    int fd() const { return signals_.get(); }
    bool may_have_more() const { return buried_; }
    void read(std::vector<Happening>& into);
    void bury(core::Pid pid);
    bool is_ours(pid_t parent) const { return parent == ::getpid(); }
    static constexpr bool parent_is_ours = false;
    sys::GuardPage& page() { return page_; }
    format::Session session() const;

  private:
    sys::Fd signals_;
    sys::GuardPage page_;
    bool buried_ = false;  // another child may have ended meanwhile
};

using Parent = std::variant<GuardianLink, OwnChildren>;

}  // namespace hf::engine
