// SPDX-License-Identifier: MIT
// A wall clock that was set back, or never set: what is shown and logged then has wrong times.
#include <algorithm>
#include <chrono>

#include "people/look/words.h"
#include "people/why/chain.h"
#include "sys/clock.h"

namespace hf::people {

namespace {

using std::chrono::seconds;

// By how much the wall clock has moved against the clock that nobody can set, since it was started;
// or what it shows too much, where only the label is known and the machine is younger than that.
seconds moved(const Seen& seen) {
    auto now = sys::wall_time() - sys::boot_time();
    if (seen.record) {
        const core::Moment& then = seen.record->service.changed;
        return std::chrono::round<seconds>(
            now - (then.wall.time_since_epoch() - then.boot.time_since_epoch()));
    }
    return std::max(seconds(0), seen.age - std::chrono::floor<seconds>(sys::boot_time()));
}

void note_jump(const Subject& subject, Findings& findings) {
    constexpr seconds usual(60);  // a time service corrects so much without a word
    seconds jump = moved(subject.seen);
    if (jump <= usual && jump >= -usual) return;
    findings
        .add(Cause::clock_set, std::string("this machine's clock was set ") +
                                   (jump > usual ? "forward" : "back") + " by " +
                                   duration_words(jump > usual ? jump : -jump) +
                                   " after the service had been started or had ended")
        .because("times in its log from before do not fit to those after it");
}

}  // namespace

void look_at_clock(const Subject& subject, Findings& findings) {
    constexpr seconds tolerance(5);
    constexpr seconds year_2020(1577836800);
    auto now = std::chrono::floor<seconds>(sys::wall_time());
    if (now < year_2020) {
        findings.add(Cause::clock_wrong, "this machine's clock is wrong: it is before 2020 by it")
            .remedy("date --set '2026-01-31 12:00'   # or start a time service: chrony, ntpd");
        return;
    }
    if (!subject.seen.supervised || !subject.seen.status) return;
    auto since = seconds(
        static_cast<std::int64_t>(subject.seen.status->since.seconds - format::tai64_epoch));
    if (since <= now + tolerance) return note_jump(subject, findings);
    findings
        .add(Cause::clock_wrong,
             "this machine's clock was set back: by it, the service will be "
             "started only in " +
                 duration_words(since - now))
        .because("ages that the original svstat shows, and times in logs, are wrong until then")
        .remedy(command_for(subject, "restart") + "   # once the clock is right");
}

}  // namespace hf::people
