// SPDX-License-Identifier: MIT
#include "engine/entering.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "sys/error.h"
#include "sys/program.h"

namespace hf::engine {

Entering::Entering(sys::Poller& poller, std::uint64_t tag)
    : poller_(poller), tag_(tag), program_(sys::sibling_program("holdfast-enter")) {}

Entering::Pipe Entering::prepare(const std::string& name, std::uint32_t sum,
                                 std::vector<std::string>& words,
                                 std::vector<sys::Redirection>& redirections) const {
    const std::string trouble = "unable to start " + name + " by holdfast-enter";
    std::array<int, 2> ends{};
    errno = ENOENT;
    if (program_.empty() || ::pipe2(ends.data(), O_CLOEXEC) < 0) sys::fail(trouble);
    Pipe pipe{sys::Fd(ends[0]), sys::Fd(ends[1])};
    ::fcntl(pipe.reading.get(), F_SETFL, O_NONBLOCK);
    int target = STDERR_FILENO + 1;
    for (const sys::Redirection& each : redirections) target = std::max(target, each.target + 1);
    redirections.push_back({pipe.writing.get(), target});
    const std::string engine = std::to_string(target) + ":" + std::to_string(sum);
    for (const std::string& each : {program_, std::string("--engine"), engine, name})
        words.push_back(each);
    return pipe;
}

void Entering::started(core::Pid pid, Pipe pipe) {
    const int fd = pipe.reading.get();
    attempts_[pid] = {std::move(pipe.reading), 0};
    try {
        poller_.add(fd, tag_ | static_cast<unsigned>(pid));
    } catch (const sys::Error&) {
        // It runs all the same; the pipe is then looked at when it has ended.
    }
}

void Entering::read(core::Pid pid) {
    const auto place = attempts_.find(pid);
    if (place == attempts_.end() || !place->second.pipe) return;
    Attempt& attempt = place->second;
    int error = 0;
    const ssize_t got =
        sys::retry([&] { return ::read(attempt.pipe.get(), &error, sizeof error); });
    if (got < 0 && errno == EAGAIN) return;
    if (got == sizeof error && error > 0) {
        attempt.error = error;
        attempt.pipe.reset();
    } else {
        attempts_.erase(place);
    }
}

void Entering::judge(std::vector<Notice>& happened) {
    if (attempts_.empty()) return;
    for (Notice& each : happened) {
        auto* death = std::get_if<Death>(&each);
        if (death == nullptr) continue;
        read(death->pid);
        auto attempt = attempts_.extract(death->pid);
        if (attempt && attempt.mapped().error != 0)
            death->how = {core::ExitResult::Kind::not_started, attempt.mapped().error};
    }
}

}  // namespace hf::engine
