// SPDX-License-Identifier: MIT
#include "guardian/guardian.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "guardian/descriptors.h"
#include "guardian/messages.h"
#include "guardian/scan_lock.h"
#include "guardian/signals.h"
#include "sys/process.h"
#include "text/error_text.h"

namespace hf::guardian {

namespace {

using guard::Message;
using guard::SharedPage;

// So often an engine may fail to get ready before an order to stop everything is given up.
constexpr int most_failures_while_halting = 5;

constexpr milliseconds last_lines_timeout{1000};
constexpr milliseconds no_process_pause{1000};
constexpr milliseconds look_again_after{10};

// Deaths of engines that follow one another within this time are said up to that number.
constexpr milliseconds burst{1000};
constexpr int said_in_a_burst = 10;

int make_memory() {
    int memory = ::memfd_create("holdfast", MFD_CLOEXEC);
    if (memory < 0 || !resize(memory, guard::page_size))
        fatal_error("unable to create shared memory");
    return memory;
}

SharedPage* map(int memory) {
    void* page = ::mmap(nullptr, guard::page_size, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (page == MAP_FAILED) fatal_error("unable to map shared memory");
    return static_cast<SharedPage*>(page);
}

// A guardian from before there was a lock file has handed over a lock on the directory itself.
bool is_lock_file(int fd) {
    struct stat status {};
    return fd >= 0 && ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

Guardian::Guardian(const char* name, const Options& options, const char* self,
                   const Handover& handover)
    : name_(name),
      main_service_(options.main_service),
      paths_(self),
      lock_(handover.lock),
      memory_(handover.memory),
      signals_(open_signals()),  // before anything that may meet a limit
      kept_(handover.kept),
      link_(kept_),
      last_good_(handover.program),
      halting_(handover.halting),
      notify_(handover.notify),
      exit_code_(handover.exit_code) {
    survive(handover, false);
    const bool is_first = memory_ < 0;
    if (!is_lock_file(lock_)) {
        bool taken = lock_scan_directory(lock_);
        if (!taken && is_first) fatal("another svscan is running on %s", name);
    }
    if (is_first) memory_ = make_memory();
    page_ = map(memory_);
    if (is_first) {
        new (page_) SharedPage;
        (void)!::getrandom(&page_->session, sizeof page_->session, 0);
        page_->prefix_output = options.prefix_output;
    }
    if (version_of(*page_) < 1) page_->boot = sys::boot_id();
    page_->magic = guard::magic;
    page_->version = guard::version;
    page_->size = sizeof *page_;
}

int Guardian::run() {
    while (!done_) turn();
    return exit_code_;
}

void Guardian::turn() {
    if (engine_.pid == 0 && Clock::now() >= start_engine_at_) start_engine();
    std::array<pollfd, 2> sources{{{signals_, POLLIN, 0}, {link_.fd(), POLLIN, 0}}};
    const auto limit = timeout();
    ::poll(sources.data(), sources.size(), limit ? static_cast<int>(limit->count()) : -1);
    signalfd_siginfo info{};
    while (::read(signals_, &info, sizeof info) == sizeof info) {
        child_exited_ = child_exited_ || info.ssi_signo == SIGCHLD;
        if (info.ssi_signo == SIGCHLD) exited_pid_ = static_cast<pid_t>(info.ssi_pid);
        obey(static_cast<int>(info.ssi_signo));
    }
    if (sources[1].revents != 0) hear();
    ask_for_life();
    link_.send();
    look_at_children();
    watch_engine();
}

// None: until something happens.
std::optional<milliseconds> Guardian::timeout() const {
    if (done_) return milliseconds(0);
    const auto now = Clock::now();
    std::optional<Clock::time_point> next;
    auto sooner = [&](std::optional<Clock::time_point> other) {
        if (other && (!next || *other < *next)) next = other;
    };
    if (engine_.pid == 0) sooner(start_engine_at_);
    if (!engine_.ended_by_us) sooner(link_.due());  // else its death is all there is to wait for
    if (child_exited_ && engine_.pid != 0) sooner(now + look_again_after);
    if (engine_.ready && notify_.interval.count() > 0) sooner(ask_at_);
    if (!next) return std::nullopt;
    auto left = std::chrono::ceil<milliseconds>(*next - now);
    return std::clamp(left, milliseconds(0), milliseconds(1'000'000));
}

void Guardian::obey(int signal) {
    switch (signal) {
        case SIGTERM:
        case SIGINT: halt(); break;
        case SIGHUP: link_.look(); break;
        case SIGQUIT: leave(); break;
        case SIGUSR2: upgrade(); break;
        default: break;
    }
}

void Guardian::halt() {
    halting_ = true;
    link_.halt();
    notify(notify_.socket, "STOPPING=1");
}

// The engine leaves first: when this process has ended, the services are free for the next svscan.
void Guardian::leave() {
    leaving_ = true;
    if (engine_.pid == 0) return end(0);
    link_.hang_up();
}

void Guardian::end(int exit_code) {
    done_ = true;
    exit_code_ = exit_code;
}

// ---- what the engine says ----

void Guardian::hear() {
    while (auto received = link_.receive()) obey(*received);
}

void Guardian::obey(const guard::Packet& received) {
    const Message& message = received.message;
    int fd = received.fd;
    switch (message.kind) {
        case Message::reaped:
            ::waitid(P_PID, static_cast<id_t>(message.pid), nullptr, WEXITED | WNOHANG);
            break;
        case Message::ready:
            engine_.ready = true;
            notify(notify_.socket, "READY=1");
            close_and_forget(last_good_);
            std::swap(last_good_, engine_.file);
            break;
        case Message::alive: notify(notify_.socket, "WATCHDOG=1"); break;
        case Message::main_exited:
            if (halting_) break;
            exit_code_ = message.code;
            halt();
            break;
        case Message::whose: link_.answer(message.pid, whose(message.pid)); break;
        case Message::keep:
            if (fd >= 0 && kept_.keep(received.name(), fd)) return;
            warn("unable to keep a descriptor of the engine (%.*s)",
                 static_cast<int>(received.name().size()), received.name().data());
            break;
        case Message::drop: kept_.drop(received.name()); break;
        default: break;
    }
    close_and_forget(fd);
}

// systemd wants to hear of us, and is told only what an engine has just said.
void Guardian::ask_for_life() {
    if (notify_.interval.count() == 0 || !engine_.ready || Clock::now() < ask_at_) return;
    link_.ask();
    ask_at_ = Clock::now() + notify_.interval;
}

// A stuck engine is ended; whoever it has not answered is told to the next one.
void Guardian::watch_engine() {
    if (engine_.pid == 0 || engine_.ended_by_us || !link_.is_stuck()) return;
    if (!leaving_) warn("the engine does not answer");
    engine_.ended_by_us = true;
    ::kill(engine_.pid, SIGKILL);
}

// ---- the engine's life ----

void Guardian::start_engine() {
    close_and_forget(engine_.file);
    engine_ = {};
    engine_.started = Clock::now();
    engine_.file = ::open(paths_.engine.data(), O_PATH | O_CLOEXEC);
    programs_.on_disk = engine_.file >= 0;
    programs_.last_good = last_good_ >= 0;
    engine_.program = next_program(programs_);
    if (engine_.program == Program::last_good) {
        close_and_forget(engine_.file);
        engine_.file = ::fcntl(last_good_, F_DUPFD_CLOEXEC, 0);
        warn("using the previous engine again");
    }
    std::array<int, 2> pair{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) == 0) {
        engine_.pid = ::fork();
        if (engine_.pid == 0)
            become_engine(paths_, {engine_.program, engine_.file, pair[1], memory_, lock_, name_,
                                   main_service_});
    }
    if (engine_.pid <= 0) {
        engine_.pid = 0;
        warn("unable to start %s: %s", engine_name, text::error_text(errno).data());
        close_and_forget(pair[0]);
        start_engine_at_ = Clock::now() + no_process_pause;
        ++failures_;
        give_up_halting();
    }
    close_and_forget(pair[1]);
    link_.open(pair[0]);
    if (halting_) link_.halt();
    link_.send();
}

void Guardian::engine_ended(int code, int status) {
    hear();
    link_.close();
    const Engine ended = std::exchange(engine_, {});
    engine_.file = ended.file;
    failures_ = ended.ready ? 0 : failures_ + 1;
    programs_.tried = ended.program;
    programs_.got_ready = ended.ready;
    if (leaving_) return end(0);
    if (halting_ && code == CLD_EXITED && status == 0) {
        if (page_->prefix_output) await_last_lines();
        return end(exit_code_);
    }
    const bool stuck = ended.ended_by_us || (code != CLD_EXITED && status == SIGALRM);
    blame(code, status, stuck);
    if (upgrading_) return become_the_newer_one();
    const auto now = Clock::now();
    const auto lived = std::chrono::duration_cast<milliseconds>(now - ended.started);
    const Pause pause = pause_after(lived, ended.ready, pause_);
    pause_ = pause.next;
    start_engine_at_ = now + pause.now;
    warn_of_death(code, status, stuck, pause.now);
    give_up_halting();
}

void Guardian::give_up_halting() const {
    if (halting_ && failures_ >= most_failures_while_halting)
        fatal("no engine runs that could stop the services; they keep running");
}

// What the engine was at when it got stuck, and what two in a row were at when they died, the next
// one leaves aside. Of anything else it hears nothing.
void Guardian::blame(int code, int status, bool stuck) {
    auto& busy = page_->busy;
    busy.back() = '\0';
    const bool died =
        busy[0] != '\0' && !stuck && !upgrading_ && (code != CLD_EXITED || status != 0);
    const bool again = died && std::strcmp(busy.data(), died_at_.data()) == 0;
    died_at_[0] = '\0';
    if (died && !again) died_at_ = busy;
    page_->killed_at_busy = again;
    if (!again && !stuck) busy[0] = '\0';
}

// One that dies again and again does not fill the disk with that.
void Guardian::warn_of_death(int code, int status, bool stuck, milliseconds pause) {
    const auto now = Clock::now();
    if (now - said_at_ > burst) said_ = 0;
    if (++said_ > said_in_a_burst) {
        ++unsaid_;
        return;
    }
    said_at_ = now;
    const char* how = code == CLD_EXITED ? "exited with" : "was killed by signal";
    const char* at = page_->busy[0] == '\0' ? "" : " at ";
    if (int more = std::exchange(unsaid_, 0); more > 0)
        warn("the engine exited %d more times", more);
    warn("the engine %s %d%s%s%s; services keep running; restarting the engine in %d ms", how,
         status, stuck ? " (stuck)" : "", at, page_->busy.data(), static_cast<int>(pause.count()));
}

// ---- the children ----

void Guardian::look_at_children() {
    siginfo_t info{};
    if (child_exited_ && engine_.pid != 0) {
        child_exited_ =
            ::waitid(P_PID, static_cast<id_t>(engine_.pid), &info, WEXITED | WNOHANG) != 0;
        if (!child_exited_ && info.si_pid == engine_.pid)
            engine_ended(info.si_code, info.si_status);
    }
    if (engine_.pid == 0 || !engine_.ready || !link_.is_free() || !find_dead(info)) return;
    if (!link_.tell_death({Message::death, info.si_pid, info.si_code, info.si_status}))
        exited_pid_ = info.si_pid;
}

// Of several deaths only one is signalled: the kernel looks through all children for the others.
bool Guardian::find_dead(siginfo_t& info) {
    constexpr int quietly = WEXITED | WNOHANG | WNOWAIT;
    pid_t who = std::exchange(exited_pid_, 0);
    info.si_pid = 0;
    if (who != 0 && who != engine_.pid) ::waitid(P_PID, static_cast<id_t>(who), &info, quietly);
    if (info.si_pid == 0 && ::waitid(P_ALL, 0, &info, quietly) < 0 && errno != ECHILD)
        child_exited_ = true;
    return info.si_pid != 0 && info.si_pid != engine_.pid;
}

// What cannot be looked at is not taken for gone.
guard::Child Guardian::whose(pid_t pid) const {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) < 0)
        return errno == ECHILD || errno == EINVAL ? guard::none : guard::living;
    return info.si_pid == 0 ? guard::living : guard::dead;
}

// Whoever puts the names before lines is a child, too, and ends when it has printed the last. With
// process 1 of a container, it would be killed.
void Guardian::await_last_lines() const {
    const auto end = Clock::now() + last_lines_timeout;
    pid_t ended = 0;
    while ((ended = ::waitpid(-1, nullptr, WNOHANG)) >= 0 && Clock::now() < end) {
        if (ended == 0) ::poll(nullptr, 0, 1);
    }
}

// ---- the newer version ----

// Becomes the program that now stands where this one stood. The engine dies for it, as it can at
// any time. What cannot even say that it runs is not tried.
void Guardian::upgrade() {
    if (leaving_ || upgrading_) return;
    if (!can_run(paths_)) return warn("%s cannot run: not upgraded", paths_.self.data());
    upgrading_ = true;
    if (engine_.pid == 0) return become_the_newer_one();
    ::kill(engine_.pid, SIGKILL);
}

void Guardian::become_the_newer_one() {
    upgrading_ = false;
    const Handover handover{lock_,    memory_,    last_good_, kept_.memory(),
                            halting_, exit_code_, notify_};
    auto variable = encode(handover);
    survive(handover, true);
    kept_.survive(true);
    ::putenv(variable.data());
    become_svscan(paths_, {name_, main_service_, page_->prefix_output});
    warn("unable to run %s: %s", paths_.self.data(), text::error_text(errno).data());
    ::unsetenv(handover_variable);
    survive(handover, false);
    kept_.survive(false);
}

}  // namespace hf::guardian
