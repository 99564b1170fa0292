// SPDX-License-Identifier: MIT
// What follows the death of an engine, as functions of what is known of it. Pure.
#pragma once

#include <chrono>

namespace hf::guardian {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// What an engine executes: the program that is on disk now, or the one that last got ready, which
// is kept open.
enum class Program { on_disk, last_good };

struct Programs {
    bool on_disk = false;              // there is one
    bool last_good = false;            // there is one
    Program tried = Program::on_disk;  // by the engine before
    bool got_ready = true;             // that engine
};

// What does not get ready and what does take turns: neither a broken program on disk nor one that
// was mended meanwhile stops everything.
//
//     on disk | last good | tried, not ready | next
//     --------|-----------|------------------|----------
//     any     | no        | any              | on disk
//     no      | yes       | any              | last good
//     yes     | yes       | on disk          | last good
//     yes     | yes       | last good        | on disk
//     yes     | yes       | (got ready)      | on disk
Program next_program(const Programs& known);

// How long to wait before the next engine is started.
struct Pause {
    milliseconds now{};
    milliseconds next{};  // what it grows from, if that engine does not live long either
};

// None after a long life; else growing. An engine that got ready has done its work: the pause is
// then no longer than half its life, so that services are without one for a third of the time at
// the most.
Pause pause_after(milliseconds lived, bool got_ready, milliseconds grown);

}  // namespace hf::guardian
