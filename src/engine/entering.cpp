// SPDX-License-Identifier: MIT
#include "engine/entering.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "sys/error.h"
#include "sys/program.h"

namespace hf::engine {

namespace {

// These two are interface: the finish command reads them, see service.toml(5).
std::string word_of(core::Ending why) {
    switch (why) {
        case core::Ending::itself: return "itself";
        case core::Ending::ordered: return "order";
        case core::Ending::shutdown: return "shutdown";
        case core::Ending::not_ready: return "not-ready";
        case core::Ending::needs_lost: return "needs-lost";
    }
    std::unreachable();
}

std::string words_of(core::ExitResult how) {
    using Kind = core::ExitResult::Kind;
    switch (how.kind) {
        case Kind::exited: return "exit " + std::to_string(how.value);
        case Kind::signaled:
        case Kind::dumped: return "signal " + std::to_string(how.value);
        case Kind::none:
        case Kind::unknown:
        case Kind::not_started: return "unknown";
    }
    std::unreachable();
}

}  // namespace

Entering::Entering(sys::Poller& poller, std::uint64_t tag)
    : poller_(poller), tag_(tag), program_(sys::sibling_program("holdfast-enter")) {}

sys::Pipe Entering::prepare(const std::string& name, const core::Rules& rules,
                            const core::Launch& launch, std::vector<std::string>& words,
                            std::vector<sys::Redirection>& redirections) const {
    const bool is_finish = launch.role == core::Role::finish;
    const std::uint32_t sum = is_finish ? rules.finish : rules.entry;
    if (sum == 0 && !is_finish) return {};
    const std::string trouble = "unable to start " + name + " by holdfast-enter";
    errno = ENOENT;
    sys::Pipe pipe = program_.empty() ? sys::Pipe{} : sys::make_pipe();
    if (!pipe.reading) sys::fail(trouble);
    ::fcntl(pipe.reading.get(), F_SETFL, O_NONBLOCK);
    int target = STDERR_FILENO + 1;
    for (const sys::Redirection& each : redirections) target = std::max(target, each.target + 1);
    redirections.push_back({pipe.writing.get(), target});
    const std::string engine = std::to_string(target) + ":" + std::to_string(sum);
    for (const std::string& each :
         {program_, std::string(is_finish ? "--finish" : "--engine"), engine, name})
        words.push_back(each);
    if (is_finish) words.insert(words.end(), {word_of(launch.why), words_of(launch.how)});
    return pipe;
}

void Entering::started(core::Pid pid, sys::Pipe pipe) {
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
