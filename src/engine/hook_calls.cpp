// SPDX-License-Identifier: MIT
#include "engine/hook_calls.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "text/error_text.h"

namespace hf::engine {

using format::hook_names;

HookCalls::HookCalls(ServiceCommands commands, Say say)
    : commands_(std::move(commands)), say_(std::move(say)) {}

void HookCalls::call(Dir dir, ServiceDir& service, core::Hook hook, core::Pid pid,
                     const format::Hooks* hooks) {
    const auto kind = static_cast<size_t>(hook);
    if (hooks == nullptr || !(*hooks)[kind]) return;
    Calls& calls = calls_.try_emplace(static_cast<unsigned>(dir), Calls{&service}).first->second;
    Call& call = calls.waiting[kind];
    call = {*(*hooks)[kind], pid, call.count + 1};
}

void HookCalls::forget(Dir dir) {
    if (calls_.erase(static_cast<unsigned>(dir)) != 0) commands_.cancel(dir);
}

void HookCalls::begin() {
    for (auto place = calls_.begin(); place != calls_.end();) {
        auto& [number, each] = *place;
        if (each.running.empty()) begin(Dir(number), each);
        const bool is_idle =
            each.running.empty() &&
            std::ranges::all_of(each.waiting, [](const Call& call) { return call.count == 0; });
        place = is_idle ? calls_.erase(place) : std::next(place);
    }
}

// The first that waits: trouble goes before what is well.
void HookCalls::begin(Dir dir, Calls& calls) {
    for (size_t kind = 0; kind < calls.waiting.size(); ++kind) {
        Call& call = calls.waiting[kind];
        if (call.count == 0) continue;
        const int error = commands_.begin(dir, *calls.service, call.command,
                                          {call.pid, hook_names[kind], call.count});
        if (error == EBUSY) return;
        call.count = 0;
        if (error == 0) {
            calls.running = hook_names[kind];
            return;
        }
        say_("supervise: warning: " + calls.service->name() + ": unable to call its hook " +
             hook_names[kind] + " by holdfast-enter: " + std::string(text::error_text(error)));
    }
}

void HookCalls::read(Dir dir) {
    const ServiceCommands::Said said = commands_.read(dir);
    const auto place = calls_.find(static_cast<unsigned>(dir));
    if (place == calls_.end()) return;
    Calls& calls = place->second;
    if (said.answer && said.answer->verdict != format::CheckVerdict::ok)
        say_("supervise: warning: " + calls.service->name() + ": its hook " + calls.running +
             " failed: " + said.answer->text);
    if (said.is_over) calls.running.clear();
}

}  // namespace hf::engine
