// SPDX-License-Identifier: MIT
#include "engine/stop_commands.h"

#include <cerrno>
#include <utility>

#include "text/error_text.h"

namespace hf::engine {

StopCommands::StopCommands(ServiceCommands commands, Say say)
    : commands_(std::move(commands)), say_(std::move(say)) {}

void StopCommands::run(Dir dir, ServiceDir& service, core::Pid pid,
                       const format::TimedCommand* command) {
    forget(dir);
    const auto number = static_cast<unsigned>(dir);
    if (command != nullptr)
        waiting_.emplace(number, Waiting{&service, pid, *command});
    else
        ended_.insert(number);
}

void StopCommands::forget(Dir dir) {
    const auto number = static_cast<unsigned>(dir);
    waiting_.erase(number);
    ended_.erase(number);
    if (running_.erase(number) != 0) commands_.cancel(dir);
}

void StopCommands::begin(std::vector<Notice>& into) {
    for (auto place = waiting_.begin(); place != waiting_.end();) {
        const auto& [number, each] = *place;
        const int error = commands_.begin(Dir(number), *each.service, each.command, {each.pid});
        if (error == EBUSY) {
            ++place;
            continue;
        }
        if (error == 0) {
            running_.emplace(number, each.service->name());
        } else {
            say_("supervise: warning: " + each.service->name() +
                 ": unable to run its stop command by holdfast-enter: " +
                 std::string(text::error_text(error)) + "; it is stopped by signals alone");
            ended_.insert(number);
        }
        place = waiting_.erase(place);
    }
    for (unsigned each : std::exchange(ended_, {})) into.push_back(StopCommandEnded{Dir(each)});
}

void StopCommands::read(Dir dir, std::vector<Notice>& into) {
    const ServiceCommands::Said said = commands_.read(dir);
    const auto place = running_.find(static_cast<unsigned>(dir));
    if (place == running_.end()) return;
    if (said.answer && said.answer->verdict != format::CheckVerdict::ok)
        say_("supervise: warning: " + place->second +
             ": its stop command failed: " + said.answer->text);
    if (!said.answer && !said.is_over) return;
    running_.erase(place);
    into.push_back(StopCommandEnded{dir});
}

}  // namespace hf::engine
