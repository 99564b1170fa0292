// SPDX-License-Identifier: MIT
// The engine of svscan, which starts it: supervises every service in the current directory.
#include "engine/engine.h"
#include "engine/linux_kernel.h"
#include "tools/tool.h"

// The guardian gives the folder's name, for ps, and the main service's if there is one.
int hf::run(const Args& args) {
    engine::LinuxKernel kernel;
    const std::string main = args.size() > 1 ? args[1] : "";
    engine::Engine(kernel, kernel.session(), engine::Mode::folder, main).run();
    return 0;
}
