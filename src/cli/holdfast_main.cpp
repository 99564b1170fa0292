// SPDX-License-Identifier: MIT
// holdfast COMMAND ...: the commands, in the order in which the help has them.
#include "cli/command_line.h"
#include "cli/commands.h"

int hf::program::run(const Args& args) {
    using namespace hf::cli;
    CommandLine line;
    for (auto* add : {add_add, add_remove, add_enable, add_show, add_control, add_status, add_top,
                      add_why, add_logs, add_events, add_wait, add_help, add_completion})
        add(line);
    return line.run(args);
}
