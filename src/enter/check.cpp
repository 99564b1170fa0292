// SPDX-License-Identifier: MIT
#include "enter/check.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "format/checks.h"
#include "sys/children.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "sys/pipe.h"
#include "sys/process.h"
#include "text/visible.h"
#include "text/words.h"

namespace hf::enter {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr size_t enough_errors = 1024;
constexpr int most_reads = 16;  // between two looks at the time
constexpr milliseconds between_looks(20);

// In the child.
void take_its_place(const sys::Pipe& errors, const rlimit& files) {
    ::setsid();
    const sys::Fd nothing = sys::open("/dev/null", O_RDWR);
    if (!nothing) sys::fail("unable to open /dev/null");
    const bool is_set =
        ::dup2(nothing.get(), STDIN_FILENO) >= 0 && ::dup2(nothing.get(), STDOUT_FILENO) >= 0 &&
        ::dup2(errors.writing.get(), STDERR_FILENO) >= 0 && ::setrlimit(RLIMIT_NOFILE, &files) == 0;
    if (!is_set) sys::fail("unable to set up a check");
}

// The child, from outside.
class Command {
  public:
    Command(pid_t pid, sys::Fd errors)
        : pid_(pid), process_(sys::open_process(pid)), errors_(std::move(errors)) {
        ::fcntl(errors_.get(), F_SETFL, O_NONBLOCK);
    }

    enum class End { by_itself, late, unwanted };
    End wait(milliseconds timeout);

    // Of one that has ended by itself.
    format::CheckAnswer answer() const;

    void kill_all() const;

  private:
    bool has_ended(siginfo_t& how) const;
    void read_errors();
    std::string first_error() const;

    pid_t pid_;
    sys::Fd process_;  // empty where the kernel gives none
    sys::Fd errors_;
    std::string heard_;
};

// It stays a zombie: nobody else can have its number before all is killed.
bool Command::has_ended(siginfo_t& how) const {
    how = {};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &how, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           how.si_pid == pid_;
}

void Command::read_errors() {
    std::array<char, 4096> buffer{};
    ssize_t got = 1;
    for (int i = 0; i < most_reads && errors_ && got > 0; ++i) {
        got = sys::retry([&] { return ::read(errors_.get(), buffer.data(), buffer.size()); });
        const size_t size = static_cast<size_t>(std::max<ssize_t>(got, 0));
        heard_.append(buffer.data(), std::min(size, enough_errors - heard_.size()));
        if (got == 0) errors_.reset();
    }
}

Command::End Command::wait(milliseconds timeout) {
    const auto over = steady_clock::now() + timeout;
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(over - steady_clock::now());
        std::array<pollfd, 3> ends{pollfd{STDIN_FILENO, POLLIN, 0},
                                   pollfd{errors_.get(), POLLIN, 0},
                                   pollfd{process_.get(), POLLIN, 0}};
        const auto pause =
            std::clamp(left, milliseconds(0), process_ ? milliseconds(INT32_MAX) : between_looks);
        ::poll(ends.data(), ends.size(), static_cast<int>(pause.count()));
        read_errors();
        siginfo_t how{};
        if (has_ended(how)) return End::by_itself;
        if (ends[0].revents != 0) return End::unwanted;
        if (left <= milliseconds(0)) return End::late;
    }
}

std::string Command::first_error() const {
    const size_t begin = std::min(heard_.find_first_not_of("\n\r\t "), heard_.size());
    std::string line = heard_.substr(begin, heard_.find('\n', begin) - begin);
    std::ranges::replace(line, '\t', ' ');
    return line.substr(0, line.find_last_not_of("\r ") + 1);
}

format::CheckAnswer Command::answer() const {
    using Kind = core::ExitResult::Kind;
    siginfo_t how{};
    has_ended(how);
    format::CheckAnswer answer{1, format::CheckVerdict::ok, {}, {}};
    if (how.si_code == CLD_EXITED && how.si_status == 0) return answer;
    answer.verdict = format::CheckVerdict::failed;
    const Kind kind = how.si_code == CLD_EXITED   ? Kind::exited
                      : how.si_code == CLD_DUMPED ? Kind::dumped
                                                  : Kind::signaled;
    const std::string line = first_error();
    answer.text = text::visible_within(
        text::exit_words({kind, how.si_status}) + (line.empty() ? "" : ": ") + line,
        format::longest_check_text);
    return answer;
}

// What has left its session, or its parent, becomes a child of this process, sooner or later. What
// cannot be killed is waited for: no other check of its service is begun beside it.
void Command::kill_all() const {
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);
    while (sys::have_children()) {
        const auto left = sys::children();
        for (const pid_t each : left) ::kill(each, SIGKILL);
        sys::reap_children();
        if (left.empty()) break;  // there is no /proc to tell who they are
        if (sys::have_children()) ::poll(nullptr, 0, between_looks.count());
    }
}

[[noreturn]] void watch(Command command, milliseconds timeout) {
    std::signal(SIGPIPE, SIG_IGN);
    const auto began = steady_clock::now();
    const Command::End end = command.wait(timeout);
    std::optional<format::CheckAnswer> answer;
    if (end == Command::End::by_itself) answer = command.answer();
    if (end == Command::End::late)
        answer = {1,
                  format::CheckVerdict::failed,
                  {},
                  {},
                  "it was killed after " + text::life_words(timeout)};
    if (answer) {
        answer->took = std::chrono::floor<milliseconds>(steady_clock::now() - began);
        sys::write_all(STDOUT_FILENO, format::encode(*answer));
    }
    command.kill_all();
    std::_Exit(0);
}

}  // namespace

std::optional<CheckBounds> check_bounds(const char* word) {
    CheckBounds bounds;
    long timeout = 0;
    unsigned long long soft = 0;
    unsigned long long hard = 0;
    std::array<char, 16> hook{};
    if (std::sscanf(word, "%ld:%u:%llu:%llu:%d:%15[^:]:%u", &timeout, &bounds.sum, &soft, &hard,
                    &bounds.pid, hook.data(), &bounds.count) != 7)
        return std::nullopt;
    bounds.timeout = milliseconds(timeout);
    bounds.files = {soft, hard};
    if (std::string_view(hook.data()) != "-") bounds.hook = hook.data();
    return bounds;
}

void become_check(const CheckBounds& bounds) {
    sys::adopt_orphans();
    sys::Pipe errors = sys::make_pipe();
    if (!errors.reading) sys::fail("unable to make a pipe");
    const pid_t pid = sys::fork();
    if (pid == 0) return take_its_place(errors, bounds.files);
    errors.writing.reset();
    watch(Command(pid, std::move(errors.reading)), bounds.timeout);
}

}  // namespace hf::enter
