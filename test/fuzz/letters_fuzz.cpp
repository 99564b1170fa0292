// SPDX-License-Identifier: MIT
// Any bytes in a control FIFO, with deaths and deadlines between them: '.' lets time pass to the
// next deadline, '!' ends the process, '/' removes the link, '#' shuts down.
#include <cstdint>

#include "core/service.h"
#include "require.h"

using namespace hf::core;
using hf::test::require;

namespace {

constexpr Moment at(Time now) {
    return {now, WallTime(now.time_since_epoch())};
}

void tell(Service& service, const Event& event, Time now) {
    bool alive = has_process(service);
    for (const Effect& effect : step(service, default_rules, event, at(now))) {
        bool starts = std::holds_alternative<Start>(effect);
        require(starts ? !has_process(service) && !service.shutting_down : alive);
        if (starts) step(service, default_rules, Started{Role::main, Pid(7), at(now)}, at(now));
    }
    require(service.state != State::starting);
    require(has_process(service) == (service.process.pid == Pid(7)));
    if (finished(service)) require(!next_due(service, default_rules));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Time now(std::chrono::hours(1));
    Service service = fresh(false, at(now));
    for (std::size_t i = 0; i < size; ++i) {
        char byte = static_cast<char>(data[i]);
        auto command = command_of(byte);
        if (command) tell(service, *command, now);
        if (byte == '!') tell(service, Exited{Role::main, {ExitResult::Kind::exited, 0}}, now);
        if (byte == '/') tell(service, Linked{!service.linked}, now);
        if (byte == '#') tell(service, Shutdown{}, now);
        if (auto due = next_due(service, default_rules); byte == '.' && due) {
            now = std::max(now, due->at);
            Service before = service;
            tell(service, Timeout{due->why}, now);
            require(!(service == before));
        }
    }
    return 0;
}
