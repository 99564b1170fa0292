// SPDX-License-Identifier: MIT
#include "engine/parent.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>

#include "sys/error.h"
#include "sys/process.h"
#include "sys/signals.h"

namespace hf::engine {

namespace {

using sys::GuardMessage;

Death death_of(pid_t pid, int code, int status) {
    using Kind = core::Ending::Kind;
    Kind kind = code == CLD_EXITED   ? Kind::exited
                : code == CLD_DUMPED ? Kind::dumped
                                     : Kind::signaled;
    return {core::Pid(pid), {kind, status}};
}

sys::Fd inherited(int number) {
    if (::fcntl(number, F_SETFD, FD_CLOEXEC) < 0)
        sys::fail("unable to reach the guardian (svscan starts this program)");
    return sys::Fd(number);
}

}  // namespace

GuardianLink::GuardianLink()
    : socket_(inherited(sys::guard_socket)),
      memory_(inherited(sys::guard_memory)),
      guardian_(::getppid()) {
    void* page =
        ::mmap(nullptr, sys::guard_page_size, PROT_READ | PROT_WRITE, MAP_SHARED, memory_.get(), 0);
    if (page == MAP_FAILED) sys::fail("unable to map the guardian's page");
    page_ = static_cast<sys::GuardPage*>(page);
    sys::block_signals();
    end_unborn();
}

GuardianLink::~GuardianLink() {
    ::munmap(page_, sys::guard_page_size);
}

// What an engine that died was about to bring into the world: it must not come into it now. Its
// record, if it has written one, can be trusted only when it is dead.
void GuardianLink::end_unborn() {
    pid_t pid = page_->unborn.exchange(0);
    if (pid == 0) return;
    sys::Fd process = sys::open_process(pid);
    if (!process) return;
    sys::signal_process(process.get(), SIGKILL);
    pollfd ended{process.get(), POLLIN, 0};
    // On a file system that hangs it may take longer; it executes nothing any more in any case.
    sys::retry([&] { return ::poll(&ended, 1, 500); });
}

void GuardianLink::read(std::vector<Happening>& into) {
    GuardMessage message;
    for (;;) {
        ssize_t got = sys::retry(
            [&] { return ::recv(socket_.get(), &message, sizeof message, MSG_DONTWAIT); });
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) return into.push_back(Leave{});
        switch (message.kind) {
            case GuardMessage::death:
                into.push_back(death_of(message.pid, message.code, message.status));
                break;
            case GuardMessage::look: into.push_back(Look{}); break;
            case GuardMessage::halt: into.push_back(Halt{}); break;
            case GuardMessage::ask: send({GuardMessage::alive, 0, 0, 0}); break;
            default: break;
        }
    }
}

void GuardianLink::ready() {
    send({GuardMessage::ready, 0, 0, 0});
}

void GuardianLink::bury(core::Pid pid) {
    send({GuardMessage::buried, static_cast<int>(pid), 0, 0});
}

void GuardianLink::conclude(int exit_code) {
    send({GuardMessage::concluded, 0, exit_code, 0});
}

void GuardianLink::send(const GuardMessage& message) {
    ssize_t sent =
        sys::retry([&] { return ::send(socket_.get(), &message, sizeof message, MSG_NOSIGNAL); });
    // That it is gone, read() says. But an answer must not be lost: the next engine gives it.
    if (sent < 0 && errno != EPIPE && errno != ECONNRESET)
        sys::fail("unable to answer the guardian");
}

format::Session GuardianLink::session() const {
    return {sys::boot_id(), page_->session, static_cast<std::uint32_t>(guardian_)};
}

OwnChildren::OwnChildren() {
    std::vector<int> wanted{SIGCHLD, SIGTERM, SIGINT, SIGQUIT};
    std::vector<int> ignored = sys::block_signals();
    // Under nohup(1) and the like it goes on.
    if (std::ranges::find(ignored, SIGHUP) == ignored.end()) wanted.push_back(SIGHUP);
    signals_ = sys::open_signals(wanted);
    (void)!::getrandom(&page_.session, sizeof page_.session, 0);
}

void OwnChildren::read(std::vector<Happening>& into) {
    while (auto number = sys::next_signal(signals_.get())) {
        if (*number == SIGQUIT) return into.push_back(Leave{});
        if (*number != SIGCHLD) into.push_back(Halt{});
    }
    buried_ = false;
    siginfo_t info{};
    if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0)
        into.push_back(death_of(info.si_pid, info.si_code, info.si_status));
}

void OwnChildren::bury(core::Pid pid) {
    ::waitid(P_PID, static_cast<id_t>(pid), nullptr, WEXITED | WNOHANG);
    buried_ = true;
}

format::Session OwnChildren::session() const {
    return {sys::boot_id(), page_.session, static_cast<std::uint32_t>(::getpid())};
}

}  // namespace hf::engine
