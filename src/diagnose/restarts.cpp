// SPDX-License-Identifier: MIT
#include "diagnose/restarts.h"

#include <poll.h>

#include <algorithm>

#include "inspect/crash_loop.h"
#include "sys/clock.h"
#include "text/times.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace control;
using namespace inspect;
using namespace text;

namespace {

using std::chrono::floor;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = format::Note::Kind;

constexpr seconds young(3);
constexpr seconds short_life(60);

seconds now() {
    return floor<seconds>(sys::wall_time());
}

std::string clock_of(core::WallTime time) {
    return clock_words(format::tai64n(time.time_since_epoch()), now().count());
}

std::string ago(core::WallTime time) {
    return ago_words(now() - floor<seconds>(time.time_since_epoch()));
}

// How long one life has lasted, on average, since its supervision began.
std::optional<seconds> mean_life(const format::Record& record) {
    auto supervisor = process(static_cast<pid_t>(record.session.supervisor));
    if (!supervisor || record.service.starts < 4) return std::nullopt;
    return floor<seconds>((sys::boot_time() - supervisor->born) / record.service.starts);
}

bool changes_soon(const ServiceView& first, milliseconds timeout) {
    constexpr int step_ms = 20;
    auto end = sys::boot_time() + timeout;
    while (sys::boot_time() < end) {
        ServiceView now = inspect_service(first.name, first.path);
        if (now.pid() != first.pid()) return true;
        ::poll(nullptr, 0, step_ms);
    }
    return false;
}

// Of a process that is there, where no history tells.
bool seems_restarting(const ServiceView& view) {
    constexpr milliseconds long_enough(1200);
    if (view.record && view.record->service.exits == 0) return false;
    auto life = view.record ? mean_life(*view.record) : std::nullopt;
    if (life && *life < short_life && view.age < 2 * *life + young) return true;
    return view.age < young && changes_soon(view, long_enough);
}

}  // namespace

std::string loop_words(const Notes& notes) {
    CrashLoop loop = crash_loop_of(notes);
    if (loop.exits < 2) return "";
    auto period = floor<seconds>((loop.last - loop.since) / (loop.exits - 1));
    std::string count = std::to_string(loop.exits) + " times since " + clock_of(loop.since);
    return std::string("it has exited ") + (loop.goes_further_back ? "at least " : "") + count +
           " (" + ago(loop.since) + "), about every " +
           duration_words(std::max(period, seconds(1)));
}

std::string who_and_when(const Notes& notes, std::string_view letters) {
    const format::Note* order = last_command(notes, letters);
    if (order == nullptr) return "";
    return "by " + caller_of(*order) + ", " + when(*order);
}

std::string when(const format::Note& note) {
    return "at " + clock_of(note.at) + " (" + ago(note.at) + ")";
}

std::string time_until(core::Time then) {
    const auto left = std::chrono::ceil<seconds>(then.time_since_epoch() - sys::boot_time());
    return duration_words(std::max(left, seconds(0)));
}

const format::Note* last_halt(const Notes& notes) {
    for (size_t i = notes.size(); i-- > 0;) {
        Kind kind = notes[i].kind;
        if (kind == Kind::halted) return &notes[i];
        if (kind == Kind::started || kind == Kind::not_started || kind == Kind::linked)
            return nullptr;
    }
    return nullptr;
}

std::vector<std::string> last_events(const Notes& notes, size_t count) {
    std::vector<std::string> lines;
    size_t first = notes.size() > count ? notes.size() - count : 0;
    for (size_t i = first; i < notes.size(); ++i)
        lines.push_back(clock_of(notes[i].at) + "  " + event_words(notes, i));
    return lines;
}

bool outlives_the_last(const Subject& subject) {
    constexpr milliseconds margin(700);
    constexpr milliseconds pause(1500);
    constexpr milliseconds enough(2500);
    auto longest =
        std::chrono::ceil<milliseconds>(2 * crash_loop_of(subject.notes).longest) + margin;
    if (longest > enough) return false;
    ServiceView view = subject.view;
    if (!view.up()) {
        if (!changes_soon(view, pause)) return false;
        view = inspect_service(view.name, view.path);
    }
    return view.up() && !changes_soon(view, longest);
}

bool outlives_the_last_serving(const Subject& subject) {
    constexpr milliseconds margin(1000);  // the age is told in whole seconds
    constexpr milliseconds enough(6000);
    auto longest = std::chrono::ceil<milliseconds>(crash_loop_of(subject.notes).longest);
    milliseconds rest = longest + margin - subject.view.age;
    return rest <= enough && (rest.count() <= 0 || !changes_soon(subject.view, rest));
}

size_t last_death(const Notes& notes) {
    for (size_t i = notes.size(); i-- > 0;) {
        if (is_death(notes[i])) return i;
    }
    return notes.size();
}

bool is_restarting(const Subject& subject) {
    const ServiceView& view = subject.view;
    const Notes& notes = subject.notes;
    if (!view.supervised || !view.status) return false;
    size_t death = last_death(notes);
    bool ordered = death < notes.size() && was_ordered(notes, death);
    if (!view.up()) return view.wants_up() && !ordered;
    if (notes.empty()) return seems_restarting(view);
    CrashLoop loop = crash_loop_of(notes);
    if (loop.exits >= 2) return loop.goes_on(view.age);
    return loop.exits == 1 && seems_restarting(view);
}

}  // namespace hf::diagnose
