// SPDX-License-Identifier: MIT
// A wall clock that was set back, or never set: what is shown and logged then has wrong times.
#include <algorithm>
#include <chrono>

#include "diagnose/chain.h"
#include "sys/clock.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace control;
using namespace text;

namespace {

using std::chrono::seconds;

// By how much the wall clock has moved against the clock that nobody can set, since it was started;
// or what it shows too much, where only the label is known and the machine is younger than that.
seconds moved(const ServiceView& view) {
    auto now = sys::wall_time() - sys::boot_time();
    if (view.record) {
        const core::Moment& then = view.record->service.changed;
        return std::chrono::round<seconds>(
            now - (then.wall.time_since_epoch() - then.boot.time_since_epoch()));
    }
    return std::max(seconds(0), view.age - std::chrono::floor<seconds>(sys::boot_time()));
}

void note_jump(const Subject& subject, Findings& findings) {
    constexpr seconds usual(60);  // a time service corrects so much without a word
    seconds jump = moved(subject.view);
    if (jump <= usual && jump >= -usual) return;
    findings
        .add(Cause::clock_set, std::string("this machine's clock was set ") +
                                   (jump > usual ? "forward" : "back") + " by " +
                                   duration_words(jump > usual ? jump : -jump) +
                                   " after the service had started or exited")
        .because("times in its log from before do not fit to those after it");
}

}  // namespace

void check_clock(const Subject& subject, Findings& findings) {
    constexpr seconds tolerance(5);
    constexpr seconds year_2020(1577836800);
    auto now = std::chrono::floor<seconds>(sys::wall_time());
    if (now < year_2020) {
        findings
            .add(Cause::clock_wrong, "this machine's clock is wrong: it shows a time before 2020")
            .remedy(
                "start a time service: apt-get install chrony, or systemctl start "
                "systemd-timesyncd");
        return;
    }
    if (!subject.view.supervised || !subject.view.status) return;
    auto since = seconds(
        static_cast<std::int64_t>(subject.view.status->since.seconds - format::tai64_epoch));
    if (since <= now + tolerance) return note_jump(subject, findings);
    findings
        .add(Cause::clock_wrong,
             "this machine's clock was set back: by it, the service will be "
             "started only in " +
                 duration_words(since - now))
        .because("ages that the original svstat shows, and times in logs, are wrong until then")
        .remedy(command_for(subject, "restart") + "   # once the clock is right");
}

}  // namespace hf::diagnose
