// SPDX-License-Identifier: MIT
#include "log/processor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <utility>

#include "text/error_text.h"

namespace hf::log {

namespace {

// Above any number that the command's own descriptors 0 to 5 get.
sys::Fd raised(const sys::Fd& fd) {
    return sys::Fd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 10));
}

// Everything that the command's process needs; after fork() nothing but system calls.
struct Plan {
    int directory;
    std::array<std::pair<int, int>, 4> descriptors;  // from, to
    std::string complaint;                           // without the reason
    std::array<const char*, 4> argv;
    const Signals& signals;
};

[[noreturn]] void become(const Plan& plan) {
    bool ready = ::fchdir(plan.directory) == 0;
    for (const auto& [from, to] : plan.descriptors) ready = ready && ::dup2(from, to) == to;
    if (!plan.signals.pipe_was_ignored()) ::signal(SIGPIPE, SIG_DFL);
    ::sigprocmask(SIG_SETMASK, &plan.signals.child_mask(), nullptr);
    if (ready) ::execve("/bin/sh", const_cast<char**>(plan.argv.data()), environ);
    const std::string_view reason = text::error_text(errno);
    for (std::string_view part :
         {std::string_view(plan.complaint), reason, std::string_view("\n")}) {
        sys::write_all(STDERR_FILENO, part);
    }
    ::_exit(111);
}

}  // namespace

void Processor::start() {
    if (child_ >= 0) return;
    if (next_try_ && Clock::now() < *next_try_) return;
    next_try_.reset();
    if (succeeded_ ? !finish() : !put_back()) return;
    const auto names = archives_.waiting();
    if (names.empty()) return;
    source_ = names.front();
    if (name_previous()) spawn();
}

// A second name for the file that is processed; on a file system that has none, its only one.
bool Processor::name_previous() {
    const int at = archives_.directory();
    ::unlinkat(at, "previous", 0);  // at most a second name of a file that waits
    if (::linkat(at, source_.c_str(), at, "previous", 0) == 0) return true;
    const std::string text = "unable to link to " + archives_.path("previous");
    only_name_ = archives_.rename_new(source_.c_str(), "previous");
    return only_name_ || trouble(text);
}

// Lets the file wait again, for the next attempt.
bool Processor::put_back() {
    if (!only_name_) return true;
    only_name_ = !archives_.rename_new("previous", source_.c_str()) && errno != ENOENT;
    return !only_name_ || trouble("unable to rename " + archives_.path("previous"));
}

bool Processor::spawn() {
    const int at = archives_.directory();
    const auto open = [this](const char* name, int flags) {
        return raised(archives_.open(name, flags));
    };
    const sys::Fd input = open("previous", O_RDONLY);
    const sys::Fd output = open("processed", O_WRONLY | O_CREAT | O_TRUNC);
    const sys::Fd state = open("state", O_RDONLY | O_CREAT);
    const sys::Fd new_state = open("newstate", O_WRONLY | O_CREAT | O_TRUNC);
    if (!input || !output || !state || !new_state) {
        return trouble("unable to prepare the processor in " + archives_.name());
    }
    ::fchmod(output.get(), growing_mode);  // 0744 would say that it is complete
    const Plan plan{at,
                    {{{input.get(), 0}, {output.get(), 1}, {state.get(), 4}, {new_state.get(), 5}}},
                    "multilog: fatal: unable to run " + command_ + ": ",
                    {"sh", "-c", command_.c_str(), nullptr},
                    archives_.retry().signals()};
    child_ = ::fork();
    if (child_ == 0) become(plan);
    if (child_ < 0) return trouble("unable to fork for processor in " + archives_.name());
    return true;
}

bool Processor::reap(pid_t child, int status) {
    if (child != child_) return false;
    child_ = -1;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        succeeded_ = true;
    } else if (WIFEXITED(status)) {
        failed("processor failed in " + archives_.name() + ", pausing");
    } else {
        failed("processor crashed in " + archives_.name() + ", pausing");
    }
    return true;
}

void Processor::failed(const std::string& text) {
    warn(text);
    next_try_ = Clock::now() + pause_time;
}

bool Processor::trouble(const std::string& text) {
    warn_pausing(text, errno);
    next_try_ = Clock::now() + pause_time;
    return false;
}

bool Processor::sync(const char* file, unsigned mode) {
    const sys::Fd fd = archives_.open(file, O_WRONLY);
    if (!fd || !sync_file(fd.get()))
        return trouble("unable to write " + archives_.path(file) + " to disk");
    return change_mode(fd.get(), mode) || trouble("unable to set mode of " + archives_.path(file));
}

// Every step may be repeated: a crash or a pause in between leaves what recovery() understands.
bool Processor::finish() {
    const int at = archives_.directory();
    if (archives_.exists("processed") && !sync("processed", finished_mode)) return false;
    if (archives_.exists("newstate")) {
        if (!sync("newstate", growing_mode)) return false;
        ::unlinkat(at, source_.c_str(), 0);
        ::unlinkat(at, "previous", 0);
        if (::renameat(at, "newstate", at, "state") != 0) {
            return trouble("unable to rename newstate to state in directory " + archives_.name());
        }
    }
    if (!archives_.archive("processed", ".s")) return false;
    archives_.sync_directory();
    succeeded_ = only_name_ = false;
    return true;
}

void Processor::give_up() {
    if (child_ < 0 && !next_try_) return;
    if (child_ >= 0) ::kill(child_, SIGTERM);
    child_ = -1;
    if (succeeded_) return;  // the output is complete, and recovery() will see it
    if (!put_back()) return;
    // It may write on; to files without a name.
    for (const char* file : {"previous", "processed", "newstate"}) {
        ::unlinkat(archives_.directory(), file, 0);
    }
}

}  // namespace hf::log
