// SPDX-License-Identifier: MIT
// Processes that say when they are ready by sd_notify(3): each is given a socket of its own. So it
// is known which service speaks, even if the sender has gone, and nothing that was sent to a
// process before counts for the next. What it is called, nobody can know before.
//
// The guardian keeps the socket: what is sent while no engine lives waits in it. A message is
// looked at, and taken out only at the next look, when what came of it is recorded: if the engine
// dies in between, the next one finds it again. A descriptor that came with it is never taken in;
// it closes when its message is taken out, which is all that BARRIER=1 asks for.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/notice.h"
#include "engine/parent.h"
#include "engine/service_dir.h"
#include "sys/fd.h"
#include "sys/poller.h"

namespace hf::engine {

struct NotifyDatagram;

class ReadySockets {
  public:
    using Say = std::function<void(const std::string&)>;

    // What is to be read is told to `poller` by `tag` and the directory, and what was refused to
    // `say`.
    ReadySockets(sys::Poller& poller, std::uint64_t tag, Parent& parent, Say say)
        : poller_(poller), tag_(tag), parent_(parent), say_(std::move(say)) {}

    // A new socket for the next process, which is about to be made as `run`: its $NOTIFY_SOCKET.
    // Throws.
    std::string make(Dir dir, ServiceDir& service, const core::Run& run);
    // It was made.
    void started(Dir dir, core::Pid pid);

    // The socket that an engine before has made for the process that is recorded, if it is kept.
    void resume(Dir dir, ServiceDir& service, core::Pid pid);
    // If it is not, as the guardian was killed, too: one of the same name. Throws where it may be
    // tried again.
    void renew(Dir dir, ServiceDir& service, const core::Run& run);

    // The poller has told of it: what was told of it before, and could not be recorded, is not told
    // again and again.
    void told(Dir dir);

    // As Kernel::next_said().
    std::optional<core::Event> next_said(Dir dir, bool is_recorded);

    void forget(Dir dir);

  private:
    struct End {
        sys::Fd fd;
        ServiceDir* service;
        core::Pid pid = core::Pid::none;
        bool was_told = false;  // what its first message says
        bool is_watched = true;
        // By STATUS=, or of what it does, and not yet written for people.
        std::optional<std::string> said{};
        std::optional<std::string_view> phase{};
        bool has_complained = false;
    };
    void watch(Dir dir, End end);
    std::optional<core::Event> next_of(End& end);
    std::optional<core::Event> event_of(End& end, const NotifyDatagram& datagram);
    static void write_said(End& end);
    void complain(End& end, const std::string& text);

    sys::Poller& poller_;
    std::uint64_t tag_;
    Parent& parent_;
    Say say_;
    std::unordered_map<unsigned, End> ends_;
};

}  // namespace hf::engine
