// SPDX-License-Identifier: MIT
#include "engine/parent.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "guard/packet.h"
#include "sys/clock.h"
#include "sys/error.h"
#include "sys/process.h"
#include "sys/signals.h"

namespace hf::engine {

namespace {

using guard::Message;

// Of a zombie: it is not reaped yet.
Death death_of(pid_t pid, int code, int status) {
    using Kind = core::ExitResult::Kind;
    Kind kind = code == CLD_EXITED   ? Kind::exited
                : code == CLD_DUMPED ? Kind::dumped
                                     : Kind::signaled;
    return {core::Pid(pid), {kind, status}, sys::may_have_executed(pid)};
}

// How long an answer of the guardian is waited for.
constexpr core::Duration timeout = std::chrono::seconds(2);
// How long the end of a process is waited for that was killed.
constexpr core::Duration kill_timeout = std::chrono::milliseconds(500);
constexpr core::Duration between_looks = std::chrono::milliseconds(2);

bool is_over(core::Time end) {
    return core::Time(sys::boot_time()) >= end;
}

// As poll(2) has it.
int poll_time(core::Duration time) {
    return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(time).count());
}

int poll_time(core::Time end) {
    return poll_time(std::max(end - core::Time(sys::boot_time()), core::Duration::zero()));
}

// Until it is so, but not for longer than the end of a process is waited for.
void await(const auto& condition) {
    const core::Time end = core::Time(sys::boot_time()) + kill_timeout;
    while (!condition() && !is_over(end)) ::poll(nullptr, 0, poll_time(between_looks));
}

sys::Fd inherited(int number) {
    if (::fcntl(number, F_SETFD, FD_CLOEXEC) < 0)
        sys::fail("unable to reach the guardian (svscan starts this program)");
    return sys::Fd(number);
}

}  // namespace

GuardianLink::GuardianLink()
    : socket_(inherited(guard::socket_fd)),
      memory_(inherited(guard::memory_fd)),
      guardian_(::getppid()) {
    void* page =
        ::mmap(nullptr, guard::page_size, PROT_READ | PROT_WRITE, MAP_SHARED, memory_.get(), 0);
    if (page == MAP_FAILED) sys::fail("unable to map the guardian's page");
    page_ = static_cast<guard::SharedPage*>(page);
    // Held until this process ends, and by nobody whom it executes.
    if (version_of(*page_) >= 1) ::fcntl(guard::lock_fd, F_SETFD, FD_CLOEXEC);
    sys::block_signals();
    end_unfinished_spawn();
}

GuardianLink::~GuardianLink() {
    ::munmap(page_, guard::page_size);
}

// What an engine that died was about to bring into the world: it must not come into it now. Its
// record, if it has written one, can be trusted only when it is dead.
void GuardianLink::end_unfinished_spawn() {
    pid_t found = page_->spawning_pid.load();
    if (found > 0) page_->spawning_pid.compare_exchange_strong(found, 0);
    if (found == 0) return;
    // It is the guardian's child, and not reaped: nobody else can have its pid.
    const pid_t pid = std::abs(found);
    sys::Fd process = sys::open_process(pid);
    auto ended = [&] { return has_ended(pid, process.get()); };
    auto executed = [&] { return sys::may_have_executed(pid); };
    // What is born goes on. But as long as its exec hangs it has the memory of its engine, and with
    // that the lock of each directory.
    if (found < 0) await([&] { return executed() || ended(); });
    if (found > 0 || !executed()) {
        ::kill(pid, SIGKILL);
        // On a file system that hangs it may take longer; it executes nothing any more in any case.
        await(ended);
    }
    page_->spawning_pid.store(0);
}

bool GuardianLink::has_ended(pid_t pid, int process) {
    pollfd ended{process, POLLIN, 0};
    if (process >= 0) return sys::retry([&] { return ::poll(&ended, 1, 0); }) > 0;
    if (auto child = whose(pid)) return *child != guard::living;
    return !sys::may_be_alive(pid);
}

std::optional<guard::Child> GuardianLink::whose(pid_t pid) {
    if (version_of(*page_) < 1) return std::nullopt;
    send({Message::whose, pid, 0, 0});
    const core::Time end = core::Time(sys::boot_time()) + timeout;
    while (auto message = await_message(end)) {
        if (message->kind == Message::answer && message->pid == pid)
            return static_cast<guard::Child>(message->code);
        put_off(*message);
    }
    return std::nullopt;
}

std::optional<Message> GuardianLink::await_message(core::Time end) {
    pollfd arrival{socket_.get(), POLLIN, 0};
    if (sys::retry([&] { return ::poll(&arrival, 1, poll_time(end)); }) <= 0) return std::nullopt;
    Message message;
    return receive(message) > 0 ? std::optional(message) : std::nullopt;
}

void GuardianLink::put_off(const Message& message) {
    if (message.kind != Message::kept && message.kind != Message::answer) early_.push_back(message);
}

// The next packet that is there, as recv(2) says it. A descriptor that was kept is put away.
ssize_t GuardianLink::receive(Message& message) {
    guard::Packet packet;
    const ssize_t got = sys::retry([&] { return guard::receive(socket_.get(), packet); });
    message = packet.message;
    sys::Fd fd(packet.fd);
    if (got < static_cast<ssize_t>(sizeof message) || message.kind != Message::kept) return got;
    if (fd) kept_[std::string(packet.name())] = std::move(fd);
    all_kept_ = all_kept_ || packet.name().empty();
    return got;
}

// The guardian sends all of them at once when it has started this process.
sys::Fd GuardianLink::take_kept(const std::string& name) {
    const core::Time end = core::Time(sys::boot_time()) + timeout;
    while (!all_kept_ && version_of(*page_) >= 1) {
        const auto message = await_message(end);
        if (!message) all_kept_ = true;  // it has gone, or is not as it should be
        if (message) put_off(*message);
    }
    auto found = kept_.extract(name);
    return found ? std::move(found.mapped()) : sys::Fd();
}

void GuardianLink::keep(const std::string& name, int fd) {
    if (version_of(*page_) >= 1) send({Message::keep, 0, 0, 0}, name, fd);
}

void GuardianLink::drop(const std::string& name) {
    if (version_of(*page_) >= 1) send({Message::drop, 0, 0, 0}, name);
}

void GuardianLink::read(std::vector<Notice>& into) {
    for (const Message& message : std::exchange(early_, {})) take(message, into);
    for (;;) {
        Message message;
        const ssize_t got = receive(message);
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) return into.push_back(Detach{});
        take(message, into);
    }
}

void GuardianLink::take(const Message& message, std::vector<Notice>& into) {
    switch (message.kind) {
        case Message::death:
            into.push_back(death_of(message.pid, message.code, message.status));
            break;
        case Message::look: into.push_back(Rescan{}); break;
        case Message::halt: into.push_back(Shutdown{}); break;
        case Message::ask: send({Message::alive, 0, 0, 0}); break;
        default: break;
    }
}

void GuardianLink::ready() {
    send({Message::ready, 0, 0, 0});
}

void GuardianLink::reap(core::Pid pid) {
    send({Message::reaped, static_cast<int>(pid), 0, 0});
}

void GuardianLink::main_exited(int exit_code) {
    send({Message::main_exited, 0, exit_code, 0});
}

void GuardianLink::send(const Message& message, std::string_view name, int fd) {
    const ssize_t sent =
        sys::retry([&] { return guard::send(socket_.get(), message, name, fd, 0); });
    // That it is gone, read() says. But an answer must not be lost: the next engine gives it.
    if (sent < 0 && errno != EPIPE && errno != ECONNRESET)
        sys::fail("unable to answer the guardian");
}

format::Session GuardianLink::session() const {
    auto boot = version_of(*page_) >= 1 ? page_->boot : sys::boot_id();
    return {boot, page_->session, static_cast<std::uint32_t>(guardian_)};
}

OwnChildren::OwnChildren() {
    std::vector<int> wanted{SIGCHLD, SIGTERM, SIGINT, SIGQUIT};
    std::vector<int> ignored = sys::block_signals();
    // Under nohup(1) and the like it goes on.
    if (std::ranges::find(ignored, SIGHUP) == ignored.end()) wanted.push_back(SIGHUP);
    signals_ = sys::open_signals(wanted);
    (void)!::getrandom(&page_.session, sizeof page_.session, 0);
}

void OwnChildren::read(std::vector<Notice>& into) {
    while (auto number = sys::next_signal(signals_.get())) {
        if (*number == SIGQUIT) return into.push_back(Detach{});
        if (*number != SIGCHLD) into.push_back(Shutdown{});
    }
    reaped_ = false;
    siginfo_t info{};
    if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0)
        into.push_back(death_of(info.si_pid, info.si_code, info.si_status));
}

void OwnChildren::reap(core::Pid pid) {
    ::waitid(P_PID, static_cast<id_t>(pid), nullptr, WEXITED | WNOHANG);
    reaped_ = true;
}

format::Session OwnChildren::session() const {
    return {sys::boot_id(), page_.session, static_cast<std::uint32_t>(::getpid())};
}

}  // namespace hf::engine
