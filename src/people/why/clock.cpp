// SPDX-License-Identifier: MIT
// A wall clock that was set back, or never set: what is shown and logged then has wrong times.
#include <chrono>

#include "people/look/words.h"
#include "people/why/chain.h"
#include "sys/clock.h"

namespace hf::people {

void look_at_clock(const Subject& subject, Findings& findings) {
    using std::chrono::seconds;
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
    if (since <= now + tolerance) return;
    findings
        .add(Cause::clock_wrong,
             "this machine's clock was set back: by it, the service will be "
             "started only in " +
                 duration_words(since - now))
        .because("ages that the original svstat shows, and times in logs, are wrong until then")
        .remedy(command_for(subject, "restart") + "   # once the clock is right");
}

}  // namespace hf::people
