// SPDX-License-Identifier: MIT
#include "engine/service_commands.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "sys/error.h"
#include "sys/program.h"

namespace hf::engine {

namespace {

// A process each, and what it starts: a thousand services that start at once take turns.
constexpr size_t most_at_once = 32;

}  // namespace

ServiceCommands::ServiceCommands(const Surroundings& surroundings, std::uint64_t tag)
    : around_(surroundings), tag_(tag), program_(sys::sibling_program("holdfast-enter")) {}

int ServiceCommands::begin(Dir dir, ServiceDir& service, const format::TimedCommand& command,
                           const Told& told) {
    const auto number = static_cast<unsigned>(dir);
    if (running_.contains(number) || running_.size() >= most_at_once) return EBUSY;
    const std::string bounds = std::to_string(command.timeout.count()) + ":" +
                               std::to_string(around_.rules.of(dir).entry) + ":" +
                               std::to_string(around_.files.rlim_cur) + ":" +
                               std::to_string(around_.files.rlim_max) + ":" +
                               std::to_string(static_cast<int>(told.pid)) + ":" + told.hook + ":" +
                               std::to_string(told.count);
    std::vector<std::string> arguments{"--check", bounds, service.name()};
    arguments.insert(arguments.end(), command.words.begin(), command.words.end());
    BlockingGuard blocking(around_.watchdog, service.name());
    try {
        Helper helper = start_helper(program_, std::move(arguments), true, service.open());
        if (helper.pid == 0) return errno;
        around_.poller.add(helper.answers.get(), tag_ | number);
        running_.emplace(number, Running{std::move(helper), ""});
        return 0;
    } catch (const sys::Error& error) {
        return error.code() != 0 ? error.code() : ENOENT;
    }
}

void ServiceCommands::cancel(Dir dir) {
    const auto place = running_.find(static_cast<unsigned>(dir));
    if (place != running_.end()) place->second.helper.requests.reset();
}

ServiceCommands::Said ServiceCommands::read(Dir dir) {
    const auto place = running_.find(static_cast<unsigned>(dir));
    if (place == running_.end()) return {std::nullopt, false};
    Running& running = place->second;
    std::array<char, 1024> buffer{};
    const ssize_t got = sys::retry(
        [&] { return ::read(running.helper.answers.get(), buffer.data(), buffer.size()); });
    if (got < 0) return {std::nullopt, false};
    if (got == 0) {
        const pid_t pid = running.helper.pid;
        running_.erase(place);
        sys::retry(
            [&] { return ::waitpid(pid, nullptr, 0); });  // it has closed its last descriptor
        return {std::nullopt, true};
    }
    running.heard.append(buffer.data(), static_cast<size_t>(got));
    const size_t end = running.heard.find('\n');
    if (end == running.heard.npos) return {std::nullopt, false};
    return {format::decode_check_answer(std::string_view(running.heard).substr(0, end)), false};
}

}  // namespace hf::engine
