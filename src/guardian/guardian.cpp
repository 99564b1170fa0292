// SPDX-License-Identifier: MIT
#include "guardian/guardian.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <new>
#include <utility>

#include "format/error_text.h"
#include "guardian/words.h"

namespace hf::guardian {

namespace {

using sys::GuardMessage;
using sys::GuardPage;

constexpr const char* engine_name = "holdfast-engine";

// An engine that lived this long has not died at once; the next one is started at once.
constexpr std::int64_t long_life_ms = 1000;
constexpr int first_backoff_ms = 10;
constexpr int last_backoff_ms = 5000;

// So often an engine may fail to get ready before an order to stop everything is given up.
constexpr int most_failures_while_halting = 5;

// An engine that owes an answer for so long is stuck. Ten thousand restarts take less.
constexpr std::int64_t patience_ms = 2000;
constexpr pid_t sign_of_life = -1;  // an answer that is owed, instead of a pid
constexpr std::int64_t probe_patience_ms = 2000;
constexpr std::int64_t last_lines_ms = 1000;

std::int64_t now_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

// Two svscans on one folder would fight over its services.
int lock_folder(const char* name) {
    int folder = ::open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return -1;  // not readable: the engine will say so
    if (::flock(folder, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
        say("fatal: another svscan is running on %s", name);
        ::_exit(111);
    }
    return folder;
}

int make_memory() {
    int memory = ::memfd_create("holdfast", MFD_CLOEXEC);
    if (memory < 0 || ::ftruncate(memory, sys::guard_page_size) < 0)
        die("unable to create shared memory");
    return memory;
}

GuardPage* map(int memory) {
    void* page =
        ::mmap(nullptr, sys::guard_page_size, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (page == MAP_FAILED) die("unable to map shared memory");
    return static_cast<GuardPage*>(page);
}

int open_signals() {
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    sigset_t wanted;
    ::sigemptyset(&wanted);
    for (int number : {SIGCHLD, SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR2})
        ::sigaddset(&wanted, number);
    int signals = ::signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC);
    if (signals < 0) die("unable to create signalfd");
    return signals;
}

void inherit(int fd) {
    if (fd >= 0) ::fcntl(fd, F_SETFD, 0);
}

void keep(int fd) {
    if (fd >= 0) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

void close_and_forget(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
}

const char* how(int code) {
    return code == CLD_EXITED ? "exited with" : "was killed by signal";
}

}  // namespace

Guardian::Guardian(const char* name, const Options& options, const char* self, const Legacy& legacy)
    : name_(name),
      main_(options.main),
      engine_file_(legacy.engine_file),
      halting_(legacy.halting),
      notify_(legacy.notify),
      exit_code_(legacy.exit_code) {
    std::snprintf(self_.data(), self_.size(), "%s", self);
    const char* slash = std::strrchr(self, '/');
    int folder = slash == nullptr ? 0 : static_cast<int>(slash - self) + 1;
    std::snprintf(engine_path_.data(), engine_path_.size(), "%.*s%s", folder, self, engine_name);

    lock_ = legacy.lock >= 0 ? legacy.lock : lock_folder(name);
    memory_ = legacy.memory >= 0 ? legacy.memory : make_memory();
    page_ = map(memory_);
    if (legacy.memory < 0) {
        new (page_) GuardPage;
        (void)!::getrandom(&page_->session, sizeof page_->session, 0);
        page_->prefix_output = options.prefix_output;
    }
    signals_ = open_signals();
}

int Guardian::run() {
    while (!done_) turn();
    return exit_code_;
}

void Guardian::turn() {
    if (engine_ == 0 && now_ms() >= start_engine_at_ms_) start_engine();
    std::array<pollfd, 2> sources{{{signals_, POLLIN, 0}, {socket_, POLLIN, 0}}};
    ::poll(sources.data(), sources.size(), timeout_ms());
    signalfd_siginfo info{};
    while (::read(signals_, &info, sizeof info) == sizeof info) {
        someone_died_ = someone_died_ || info.ssi_signo == SIGCHLD;
        if (info.ssi_signo == SIGCHLD) who_ = static_cast<pid_t>(info.ssi_pid);
        obey(static_cast<int>(info.ssi_signo));
    }
    if (sources[1].revents != 0) hear();
    ask_engine();
    look_after_children();
    watch_engine();
}

int Guardian::timeout_ms() const {
    std::int64_t next = 0;
    if (engine_ == 0) {
        next = start_engine_at_ms_;
    } else if (owed_ != 0) {
        next = owed_since_ms_ + patience_ms;
    } else if (ready_ && notify_.interval_ms > 0) {
        next = ask_at_ms_;
    } else {
        return -1;
    }
    return static_cast<int>(std::max<std::int64_t>(0, next - now_ms()));
}

void Guardian::obey(int signal) {
    switch (signal) {
        case SIGTERM:
        case SIGINT: halt(); break;
        case SIGHUP: tell(GuardMessage::look); break;
        case SIGQUIT: leave(0); break;  // the engine sees the socket close and leaves, too
        case SIGUSR2: upgrade(); break;
        default: break;
    }
}

void Guardian::halt() {
    halting_ = true;
    tell(GuardMessage::halt);
    notify(notify_.socket, "STOPPING=1");
}

void Guardian::hear() {
    GuardMessage message;
    while (socket_ >= 0 &&
           ::recv(socket_, &message, sizeof message, MSG_DONTWAIT) == sizeof message) {
        if (message.kind == GuardMessage::buried) {
            ::waitid(P_PID, static_cast<id_t>(message.pid), nullptr, WEXITED | WNOHANG);
            if (message.pid == owed_) owed_ = 0;
        } else if (message.kind == GuardMessage::ready) {
            ready_ = true;
            notify(notify_.socket, "READY=1");
            close_and_forget(engine_file_);
            std::swap(engine_file_, candidate_file_);
        } else if (message.kind == GuardMessage::alive) {
            notify(notify_.socket, "WATCHDOG=1");
            if (owed_ == sign_of_life) owed_ = 0;
        } else if (message.kind == GuardMessage::concluded && !halting_) {
            exit_code_ = message.code;
            halt();
        }
    }
}

void Guardian::tell(GuardMessage::Kind kind) {
    GuardMessage message{kind, 0, 0, 0};
    if (socket_ >= 0) ::send(socket_, &message, sizeof message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

// ---- the engine ----

void Guardian::start_engine() {
    engine_started_ms_ = now_ms();
    int file = ::open(engine_path_.data(), O_PATH | O_CLOEXEC);
    if ((file < 0 || distrust_disk_) && engine_file_ >= 0) {
        close_and_forget(file);
        file = ::fcntl(engine_file_, F_DUPFD_CLOEXEC, 0);
        say("warning: going back to the engine that ran before");
    }
    close_and_forget(candidate_file_);
    candidate_file_ = file;

    std::array<int, 2> pair{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) == 0) {
        engine_ = ::fork();
        if (engine_ == 0) become_engine(pair[1], file);
    }
    if (engine_ <= 0) {
        engine_ = 0;
        say("warning: unable to start %s: %s", engine_name, format::error_text(errno).data());
        close_and_forget(pair[0]);
        start_engine_at_ms_ = now_ms() + long_life_ms;
    }
    close_and_forget(pair[1]);
    socket_ = pair[0];
    if (halting_) tell(GuardMessage::halt);
}

void Guardian::become_engine(int socket, int file) const {
    // Out of the way of the two numbers they shall have.
    socket = ::fcntl(socket, F_DUPFD_CLOEXEC, 10);
    int memory = ::fcntl(memory_, F_DUPFD_CLOEXEC, 10);
    file = ::fcntl(file, F_DUPFD_CLOEXEC, 10);
    ::dup2(socket, sys::guard_socket);
    ::dup2(memory, sys::guard_memory);
    std::array<char*, 4> argv{const_cast<char*>(engine_name), const_cast<char*>(name_),
                              const_cast<char*>(main_), nullptr};
    // By its path if it can be: then it may be a script, too.
    if (!distrust_disk_) ::execve(engine_path_.data(), argv.data(), environ);
    ::syscall(SYS_execveat, file, "", argv.data(), environ, AT_EMPTY_PATH);
    say("warning: unable to run %s: %s", engine_path_.data(), format::error_text(errno).data());
    ::_exit(111);
}

void Guardian::engine_ended(int code, int status) {
    hear();
    failures_ = ready_ ? 0 : failures_ + 1;
    engine_ = 0;
    owed_ = 0;
    ready_ = false;
    close_and_forget(socket_);
    if (halting_ && code == CLD_EXITED && status == 0) {
        if (page_->prefix_output) await_last_lines();
        return leave(exit_code_);
    }
    std::int64_t lived = now_ms() - engine_started_ms_;
    backoff_ms_ =
        lived >= long_life_ms ? 0 : std::clamp(2 * backoff_ms_, first_backoff_ms, last_backoff_ms);
    start_engine_at_ms_ = now_ms() + backoff_ms_;
    distrust_disk_ = candidate_file_ >= 0 && !distrust_disk_ && engine_file_ >= 0;
    bool stuck = std::exchange(ended_by_us_, false) || (code != CLD_EXITED && status == SIGALRM);
    if (!stuck) page_->busy[0] = '\0';
    const char* at = page_->busy[0] == '\0' ? "" : " at ";
    say("warning: the engine %s %d%s%s%s; services run on, starting another in %d ms", how(code),
        status, stuck ? " (stuck)" : "", at, page_->busy.data(), backoff_ms_);
    if (halting_ && failures_ >= most_failures_while_halting) {
        say("fatal: no engine runs that could stop the services: they run on");
        leave(111);
    }
}

void Guardian::leave(int exit_code) {
    done_ = true;
    exit_code_ = exit_code;
}

// Whoever puts the names before lines is a child, too, and ends when it has printed the last. With
// process 1 of a container, it would be killed.
void Guardian::await_last_lines() const {
    const std::int64_t end = now_ms() + last_lines_ms;
    pid_t ended = 0;
    while ((ended = ::waitpid(-1, nullptr, WNOHANG)) >= 0 && now_ms() < end) {
        if (ended == 0) ::poll(nullptr, 0, 1);
    }
}

// systemd wants to hear of us, and is told only what an engine has just said.
void Guardian::ask_engine() {
    if (notify_.interval_ms == 0 || !ready_ || owed_ != 0 || now_ms() < ask_at_ms_) return;
    tell(GuardMessage::ask);
    owed_ = sign_of_life;
    owed_since_ms_ = now_ms();
    ask_at_ms_ = owed_since_ms_ + notify_.interval_ms;
}

// A stuck engine is ended; whoever it has not answered is told to the next one.
void Guardian::watch_engine() {
    if (engine_ == 0 || owed_ == 0 || now_ms() < owed_since_ms_ + patience_ms) return;
    say("warning: the engine does not answer");
    owed_since_ms_ = now_ms();
    ended_by_us_ = true;
    ::kill(engine_, SIGKILL);
}

// ---- the children ----

void Guardian::look_after_children() {
    siginfo_t info{};
    if (std::exchange(someone_died_, false) && engine_ != 0 &&
        ::waitid(P_PID, static_cast<id_t>(engine_), &info, WEXITED | WNOHANG) == 0 &&
        info.si_pid == engine_)
        engine_ended(info.si_code, info.si_status);
    if (engine_ == 0 || !ready_ || owed_ != 0 || !find_dead(info)) return;
    GuardMessage message{GuardMessage::death, info.si_pid, info.si_code, info.si_status};
    if (::send(socket_, &message, sizeof message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return;
    owed_ = info.si_pid;
    owed_since_ms_ = now_ms();
}

// Of several deaths only one is signalled: the kernel looks through all children for the others.
bool Guardian::find_dead(siginfo_t& info) {
    constexpr int quietly = WEXITED | WNOHANG | WNOWAIT;
    pid_t who = std::exchange(who_, 0);
    info.si_pid = 0;
    if (who != 0 && who != engine_) ::waitid(P_PID, static_cast<id_t>(who), &info, quietly);
    if (info.si_pid == 0) ::waitid(P_ALL, 0, &info, quietly);
    return info.si_pid != 0 && info.si_pid != engine_;
}

// ---- the newer version ----

// Becomes the program that now stands where this one stood. The engine dies for it, as it can at
// any time. What cannot even say that it runs is not tried.
void Guardian::upgrade() {
    if (!probe()) {
        say("warning: %s does not run: not upgraded", self_.data());
        return;
    }
    if (engine_ != 0) {
        ::kill(engine_, SIGKILL);
        ::waitid(P_PID, static_cast<id_t>(engine_), nullptr, WEXITED);
    }
    std::array<char, 128> legacy;
    std::snprintf(legacy.data(), legacy.size(), "HOLDFAST_LEGACY=%d,%d,%d,%d,%d,%d,%d", lock_,
                  memory_, engine_file_, halting_ ? 1 : 0, exit_code_, notify_.socket,
                  notify_.interval_ms);
    for (int fd : {lock_, memory_, engine_file_, notify_.socket}) inherit(fd);
    ::putenv(legacy.data());
    std::array<const char*, 6> argv{"svscan"};
    auto word = argv.begin();
    if (main_ != nullptr) *++word = "--main", *++word = main_;
    if (page_->prefix_output) *++word = "--prefix-output";
    *++word = name_;
    ::execve(self_.data(), const_cast<char* const*>(argv.data()), environ);
    say("warning: unable to run %s: %s", self_.data(), format::error_text(errno).data());
    ::unsetenv("HOLDFAST_LEGACY");
    for (int fd : {lock_, memory_, engine_file_, notify_.socket}) keep(fd);
    if (engine_ != 0) engine_ended(CLD_KILLED, SIGKILL);
}

bool Guardian::probe() const {
    pid_t pid = ::fork();
    if (pid == 0) {
        std::array<char*, 2> argv{const_cast<char*>("svscan"), nullptr};
        std::array<char*, 2> environment{const_cast<char*>("HOLDFAST_PROBE=1"), nullptr};
        ::execve(self_.data(), argv.data(), environment.data());
        ::_exit(111);
    }
    if (pid < 0) return false;
    siginfo_t info{};
    for (std::int64_t end = now_ms() + probe_patience_ms; now_ms() < end; ::poll(nullptr, 0, 5)) {
        ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG);
        if (info.si_pid == pid) return info.si_code == CLD_EXITED && info.si_status == 0;
    }
    ::kill(pid, SIGKILL);
    ::waitid(P_PID, static_cast<id_t>(pid), nullptr, WEXITED);
    return false;
}

}  // namespace hf::guardian
