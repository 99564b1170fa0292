// SPDX-License-Identifier: MIT
#include "log/processor.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>

#include "format/error_text.h"

namespace hf::log {

namespace {

// Above any number that the command's own descriptors 0 to 5 get.
sys::Fd raised(const sys::Fd& fd) {
    return sys::Fd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 10));
}

class SpawnPlan {
  public:
    explicit SpawnPlan(const Signals& signals) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        ::posix_spawnattr_setsigmask(&attributes_, &signals.child_mask());
        ::posix_spawnattr_setsigdefault(&attributes_, &signals.child_defaults());
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
    ~SpawnPlan() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    void descriptor(const sys::Fd& from, int to) {
        ::posix_spawn_file_actions_adddup2(&actions_, from.get(), to);
    }

    // The errno, 0 if the child runs.
    int run(int directory, const std::string& command, pid_t& child) {
        ::posix_spawn_file_actions_addfchdir_np(&actions_, directory);
        std::string shell = "sh";
        std::string option = "-c";
        std::string text = command;
        const std::array<char*, 4> argv{shell.data(), option.data(), text.data(), nullptr};
        return ::posix_spawn(&child, "/bin/sh", &actions_, &attributes_, argv.data(), environ);
    }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

}  // namespace

void Processor::start() {
    if (child_ >= 0) return;
    if (retry_ && Clock::now() < *retry_) return;
    retry_.reset();
    if (succeeded_ && !finish()) return;
    const auto names = archives_.waiting();
    if (names.empty()) return;
    source_ = names.front();
    const int at = archives_.directory();
    ::unlinkat(at, "previous", 0);  // at most a second name of a file that waits
    if (::linkat(at, source_.c_str(), at, "previous", 0) != 0) {
        trouble("unable to link to " + archives_.path("previous"));
        return;
    }
    if (!spawn()) failed("processor failed in " + archives_.name() + ", pausing");
}

bool Processor::spawn() {
    const int at = archives_.directory();
    const auto open = [at](const char* name, int flags) {
        return raised(sys::Fd(::openat(at, name, flags | O_CLOEXEC, growing_mode)));
    };
    const sys::Fd input = open("previous", O_RDONLY);
    const sys::Fd output = open("processed", O_WRONLY | O_CREAT | O_TRUNC);
    const sys::Fd state = open("state", O_RDONLY | O_CREAT);
    const sys::Fd new_state = open("newstate", O_WRONLY | O_CREAT | O_TRUNC);
    int code = errno;
    if (input && output && state && new_state) {
        ::fchmod(output.get(), growing_mode);  // 0744 would say that it is complete
        SpawnPlan plan(archives_.patience().signals());
        plan.descriptor(input, 0);
        plan.descriptor(output, 1);
        plan.descriptor(state, 4);
        plan.descriptor(new_state, 5);
        code = plan.run(at, command_, child_);
        if (code == 0) return true;
    }
    child_ = -1;
    std::string line = "multilog: fatal: unable to run " + command_ + ": ";
    line.append(format::error_text(code)).push_back('\n');
    sys::write_all(STDERR_FILENO, line);
    return false;
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
    retry_ = Clock::now() + pause_time;
}

bool Processor::trouble(const std::string& text) {
    warn_pausing(text, errno);
    retry_ = Clock::now() + pause_time;
    return false;
}

bool Processor::sync(const char* file) {
    const sys::Fd fd(::openat(archives_.directory(), file, O_WRONLY | O_CLOEXEC));
    if (fd && ::fsync(fd.get()) == 0) return true;
    return trouble("unable to write " + archives_.path(file) + " to disk");
}

// Every step may be repeated: a crash or a pause in between leaves what recovery() understands.
bool Processor::finish() {
    const int at = archives_.directory();
    if (archives_.exists("processed")) {
        if (!sync("processed")) return false;
        if (::fchmodat(at, "processed", finished_mode, 0) != 0) {
            return trouble("unable to set mode of " + archives_.path("processed"));
        }
    }
    if (archives_.exists("newstate")) {
        if (!sync("newstate")) return false;
        ::unlinkat(at, source_.c_str(), 0);
        ::unlinkat(at, "previous", 0);
        if (::renameat(at, "newstate", at, "state") != 0) {
            return trouble("unable to rename newstate to state in directory " + archives_.name());
        }
    }
    if (!archives_.archive("processed", ".s")) return false;
    archives_.sync_directory();
    succeeded_ = false;
    return true;
}

void Processor::give_up() {
    if (child_ < 0 && !retry_) return;
    if (child_ >= 0) ::kill(child_, SIGTERM);
    child_ = -1;
    if (succeeded_) return;  // the output is complete, and recovery() will see it
    // It may write on; to files without a name.
    for (const char* file : {"previous", "processed", "newstate"}) {
        ::unlinkat(archives_.directory(), file, 0);
    }
}

}  // namespace hf::log
