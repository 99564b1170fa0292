// SPDX-License-Identifier: MIT
// Who is the parent of the services, and so the first to know of their deaths: a guardian, or this
// process itself. Both also bring what is ordered by signals.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "engine/kernel.h"
#include "guard/protocol.h"
#include "sys/fd.h"

namespace hf::engine {

// Under a guardian. Descriptors guard::socket_fd and guard::memory_fd are inherited.
class GuardianLink {
  public:
    GuardianLink();
    ~GuardianLink();
    GuardianLink(const GuardianLink&) = delete;
    GuardianLink& operator=(const GuardianLink&) = delete;

    void ready();  // deaths are told from now on
    int fd() const { return socket_.get(); }
    bool may_have_more() const { return !early_.empty(); }
    void read(std::vector<Notice>& into);
    void reap(core::Pid pid);
    void main_exited(int exit_code);
    // A descriptor that the next engine is to have, by a name. Throws.
    void keep(const std::string& name, int fd);
    void drop(const std::string& name);
    // What an engine before has kept by this name; empty if nothing is.
    sys::Fd take_kept(const std::string& name);
    bool is_ours(pid_t parent) const { return parent == guardian_; }
    // What the guardian knows of `pid`, for where nobody else tells. None if it does not say.
    std::optional<guard::Child> whose(pid_t pid);
    static constexpr bool parent_is_ours = true;  // of this process: children become its siblings
    guard::SharedPage& page() { return *page_; }
    int memory() const { return memory_.get(); }
    format::Session session() const;

  private:
    void send(const guard::Message& message, std::string_view name = {}, int fd = -1);
    ssize_t receive(guard::Message& message);
    std::optional<guard::Message> await_message(core::Time end);
    void put_off(const guard::Message& message);
    void take(const guard::Message& message, std::vector<Notice>& into);
    void end_unfinished_spawn();
    bool has_ended(pid_t pid, int process);

    sys::Fd socket_;
    sys::Fd memory_;
    guard::SharedPage* page_;
    pid_t guardian_;
    std::vector<guard::Message> early_;  // came while an answer was awaited
    std::unordered_map<std::string, sys::Fd> kept_;
    bool all_kept_ = false;  // have come
};

// Alone: `supervise DIR`.
class OwnChildren {
  public:
    OwnChildren();

    void ready() {}
    int fd() const { return signals_.get(); }
    bool may_have_more() const { return reaped_; }
    void read(std::vector<Notice>& into);
    void reap(core::Pid pid);
    bool is_ours(pid_t parent) const { return parent == ::getpid(); }
    std::optional<guard::Child> whose(pid_t) { return std::nullopt; }
    void keep(const std::string&, int) {}  // nothing outlives it
    void drop(const std::string&) {}
    sys::Fd take_kept(const std::string&) { return {}; }
    static constexpr bool parent_is_ours = false;
    guard::SharedPage& page() { return page_; }
    format::Session session() const;

  private:
    sys::Fd signals_;
    guard::SharedPage page_;
    bool reaped_ = false;  // another child may have ended meanwhile
};

using Parent = std::variant<GuardianLink, OwnChildren>;

}  // namespace hf::engine
