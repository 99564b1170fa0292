// SPDX-License-Identifier: MIT
// supervise DIR: keeps the one service in DIR running. The same engine as svscan's, with no
// guardian: this process is itself the parent of the service.
#include "engine/engine.h"
#include "engine/linux_kernel.h"
#include "program/tool.h"

int hf::program::run(const Args& args) {
    if (args.size() != 1) throw Usage{"supervise: usage: supervise dir"};
    engine::LinuxKernel kernel{std::string(args[0])};
    engine::Engine(kernel, kernel.session(), engine::Mode::lone).run();
    return 0;
}
