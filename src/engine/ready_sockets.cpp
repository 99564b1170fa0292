// SPDX-License-Identifier: MIT
#include "engine/ready_sockets.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

#include "engine/notify_message.h"
#include "format/said.h"
#include "sys/clock.h"
#include "sys/error.h"
#include "sys/process.h"

namespace hf::engine {

struct NotifyDatagram {
    static constexpr auto nobody = ~0U;
    std::string text;  // empty if it is too long
    ucred sender{.pid = 0, .uid = nobody, .gid = nobody};
};

namespace {

// Between two looks at the others; more than a queue holds, where nobody has changed that.
constexpr int most_a_look = 1024;

// In the abstract namespace: it fits wherever the service stands, its user may be anybody, and
// nothing is left behind. The time makes it unknown to others before it is bound.
std::string name_of(const core::Identity& directory, core::Time spawn_began) {
    return "holdfast/" + std::to_string(directory.device) + "-" + std::to_string(directory.inode) +
           "-" + std::to_string(spawn_began.time_since_epoch().count());
}

std::string kept_name_of(const core::Identity& directory) {
    return "notify:" + std::to_string(directory.device) + ":" + std::to_string(directory.inode);
}

// Empty, with errno, if that cannot be.
sys::Fd bound_to(const std::string& name) {
    sys::Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int on = 1;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    assert(name.size() < sizeof address.sun_path);
    std::ranges::copy(name, address.sun_path + 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    if (!fd || ::setsockopt(fd.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0 ||
        ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) < 0)
        return {};
    return fd;
}

// Is it one of the processes that began with `main`? That need not be its child any more.
bool is_below(pid_t main, pid_t pid) {
    constexpr int deepest = 64;
    try {
        for (int depth = 0; depth < deepest && main > 1 && pid > 1; ++depth) {
            if (pid == main || ::getsid(pid) == main) return true;
            const auto process = sys::process_stat(pid);
            pid = process ? process->parent : 0;
        }
    } catch (const sys::Error&) {
        // it hides, and so does who it is
    }
    return false;
}

// Anybody can send to a socket that has no place in the file system.
bool may_speak(core::Pid main, const ucred& sender) {
    const auto pid = static_cast<pid_t>(main);
    return sender.uid == 0 || sender.uid == ::geteuid() || sys::is_user_of(pid, sender.uid) ||
           is_below(pid, sender.pid);
}

// It stays there. What came with it does too: there is no room for descriptors here.
std::optional<NotifyDatagram> first_in(int socket) {
    NotifyDatagram datagram;
    std::array<char, longest_notify_message> bytes{};
    iovec part{bytes.data(), bytes.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(ucred))> control{};
    msghdr packet{};
    packet.msg_iov = &part;
    packet.msg_iovlen = 1;
    packet.msg_control = control.data();
    packet.msg_controllen = control.size();
    const ssize_t size = sys::retry([&] { return ::recvmsg(socket, &packet, MSG_PEEK); });
    if (size < 0) return std::nullopt;
    const cmsghdr* sender = CMSG_FIRSTHDR(&packet);
    if (sender == nullptr || sender->cmsg_type != SCM_CREDENTIALS) return datagram;
    std::memcpy(&datagram.sender, CMSG_DATA(sender), sizeof datagram.sender);
    const bool is_whole = (packet.msg_flags & MSG_TRUNC) == 0;
    if (is_whole) datagram.text.assign(bytes.data(), static_cast<size_t>(size));
    return datagram;
}

void take_out(int socket) {
    (void)!sys::retry([&] { return ::recv(socket, nullptr, 0, 0); });
}

}  // namespace

std::string ReadySockets::make(Dir dir, ServiceDir& service, const core::Run& run) {
    const std::string name = name_of(service.identity(), run.spawn_began);
    sys::Fd fd = bound_to(name);
    if (!fd) sys::fail("unable to make a socket for $NOTIFY_SOCKET of " + service.name());
    const std::string kept = kept_name_of(service.identity());
    std::visit([&](auto& parent) { parent.keep(kept, fd.get()); }, parent_);
    for (const char* file : {format::said_file, format::phase_file}) service.write_said(file, "");
    watch(dir, {std::move(fd), &service});
    return "@" + name;
}

void ReadySockets::started(Dir dir, core::Pid pid) {
    const auto place = ends_.find(static_cast<unsigned>(dir));
    if (place != ends_.end()) place->second.pid = pid;
}

void ReadySockets::resume(Dir dir, ServiceDir& service, core::Pid pid) {
    const std::string kept = kept_name_of(service.identity());
    sys::Fd fd = std::visit([&](auto& parent) { return parent.take_kept(kept); }, parent_);
    if (fd) watch(dir, {std::move(fd), &service, pid});
}

// Whoever has taken the name meanwhile keeps it: the process cannot be heard any more.
void ReadySockets::renew(Dir dir, ServiceDir& service, const core::Run& run) {
    if (ends_.contains(static_cast<unsigned>(dir))) return;
    try {
        make(dir, service, run);
        started(dir, run.pid);
    } catch (const sys::Error& error) {
        if (error.code() != EADDRINUSE) throw;
    }
}

void ReadySockets::watch(Dir dir, End end) {
    const auto number = static_cast<unsigned>(dir);
    const auto before = ends_.extract(number);
    end.has_complained = before && before.mapped().has_complained;
    poller_.add(end.fd.get(), tag_ | number);
    ends_.emplace(number, std::move(end));
}

void ReadySockets::forget(Dir dir) {
    const auto end = ends_.extract(static_cast<unsigned>(dir));
    if (!end) return;
    const std::string kept = kept_name_of(end.mapped().service->identity());
    std::visit([&](auto& parent) { parent.drop(kept); }, parent_);
}

void ReadySockets::told(Dir dir) {
    const auto place = ends_.find(static_cast<unsigned>(dir));
    if (place == ends_.end() || !place->second.was_told || !place->second.is_watched) return;
    poller_.remove(place->second.fd.get());
    place->second.is_watched = false;
}

std::optional<core::Event> ReadySockets::next_said(Dir dir, bool is_recorded) {
    const auto place = ends_.find(static_cast<unsigned>(dir));
    if (place == ends_.end()) return std::nullopt;
    End& end = place->second;
    if (end.was_told && !is_recorded) return std::nullopt;
    if (end.was_told) take_out(end.fd.get());
    if (!end.is_watched) poller_.add(end.fd.get(), tag_ | place->first);
    end.is_watched = true;
    const auto event = next_of(end);
    write_said(end);
    end.was_told = event.has_value();
    return event;
}

void ReadySockets::write_said(End& end) {
    if (const auto said = std::exchange(end.said, std::nullopt))
        end.service->write_said(format::said_file, *said);
    if (const auto phase = std::exchange(end.phase, std::nullopt))
        end.service->write_said(format::phase_file, std::string(*phase));
}

std::optional<core::Event> ReadySockets::next_of(End& end) {
    for (int i = 0; i < most_a_look; ++i) {
        const auto datagram = first_in(end.fd.get());
        if (!datagram) break;
        if (auto event = event_of(end, *datagram)) return event;
        take_out(end.fd.get());
    }
    return std::nullopt;
}

std::optional<core::Event> ReadySockets::event_of(End& end, const NotifyDatagram& datagram) {
    if (!may_speak(end.pid, datagram.sender)) {
        complain(end, "a message of process " + std::to_string(datagram.sender.pid) + ", user " +
                          std::to_string(datagram.sender.uid) +
                          ": only root, the user of the service and its own processes may speak "
                          "for it");
        return std::nullopt;
    }
    const NotifyMessage message = decode_notify(datagram.text);
    if (message.main_pid && *message.main_pid != static_cast<int>(end.pid))
        complain(end, "MAINPID=" + std::to_string(*message.main_pid) +
                          ": the service is the process that was started: let run stay in the "
                          "foreground, and exec the program");
    if (message.stores_descriptors)
        complain(end, "FDSTORE=1: descriptors are not kept for a service");
    if (message.status) end.said = message.status;
    if (message.ready) end.phase = "";
    if (message.reloading) end.phase = format::phase_reloading;
    if (message.stopping) end.phase = format::phase_stopping;
    if (message.ready) return core::Ready{};
    if (message.extend) return core::Extend{core::Time(sys::boot_time()) + *message.extend};
    return std::nullopt;
}

// Once: it may say it as often as it likes.
void ReadySockets::complain(End& end, const std::string& text) {
    if (std::exchange(end.has_complained, true)) return;
    say_("supervise: warning: " + end.service->name() +
         ": not accepted at $NOTIFY_SOCKET: " + text);
}

}  // namespace hf::engine
