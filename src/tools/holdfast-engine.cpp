// SPDX-License-Identifier: MIT
// The engine of svscan, which starts it: supervises every service in the current directory.
#include "engine/aside.h"
#include "engine/engine.h"
#include "engine/linux_kernel.h"
#include "tools/tool.h"

// The guardian gives the folder's name, for ps, and the main service's if there is one. With a
// third argument it is an engine that gives a service's name, to be probed by this process.
int hf::run(const Args& args) {
    if (args.size() == 3) {
        engine::probe(args[1]);
        return 0;
    }
    engine::LinuxKernel kernel;
    const std::string main = args.size() > 1 ? args[1] : "";
    engine::Engine(kernel, kernel.session(), engine::Mode::folder, main).run();
    return 0;
}
