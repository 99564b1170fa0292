// SPDX-License-Identifier: MIT
// What comes to stand in the files of a service directory, whoever writes it: the engine, or a
// child process of itself.
#pragma once

#include "engine/kernel.h"
#include "world.h"

namespace hf::test {

void write_notes(World& world, int directory, const engine::Notes& notes);
void write_record(World& world, int directory, const format::Record& record);

std::vector<std::byte> bytes_of(const format::Record& record);

// A process runs that was forked as `serial`: it writes its notes and its record, then executes its
// program. The engine may die meanwhile. Its birth; throws sys::Error if it does not get so far.
core::Moment run_newborn(World& world, int serial, const format::Record& child,
                         engine::Notes notes);

// It is born, and there is no engine any more that could hear that its program does not start.
void go_on(World& world, int serial);

}  // namespace hf::test
