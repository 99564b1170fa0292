// SPDX-License-Identifier: MIT
// The engine of svscan, which starts it: supervises every service in the current directory.
#include "engine/engine.h"
#include "engine/linux_kernel.h"
#include "tools/tool.h"

int hf::run(const Args&) {
    engine::LinuxKernel kernel;
    engine::Engine(kernel, kernel.session(), engine::Mode::folder).run();
    return 0;
}
