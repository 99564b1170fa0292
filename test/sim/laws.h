// SPDX-License-Identifier: MIT
// The laws about what the engine writes, reaps, says and leaves behind. They look at the world
// alone, not at the engine.
#pragma once

#include "world.h"

namespace hf::test {

// `record` is about to come to stand in the file of `directory`.
void check_record(World& world, int directory, const format::Record& record);

// `process` is about to be reaped.
void check_reaping(World& world, const Process& process);

// The guardian is told of the end of the main service.
// Of a signal that it is about to be sent.
void check_stop_command(World& world, const Process& process, int number);

void check_conclusion(World& world, int exit_code);

// Long after the last trouble: everything that is linked runs, once.
void check_order(World& world);

// The engine has ended because everything was to be stopped.
void check_halted(World& world);

}  // namespace hf::test
