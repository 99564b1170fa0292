// SPDX-License-Identifier: MIT
// The engine of svscan, which starts it: supervises every service in the current directory.
#include <cstdlib>
#include <new>
#include <string_view>

#include "engine/engine.h"
#include "engine/linux_kernel.h"
#include "engine/quarantine.h"
#include "program/tool.h"

// The guardian gives the directory's name, for ps, and the main service's if there is one.
// "--probe DIR" is what an engine says that must not touch DIR itself.
int hf::program::run(const Args& args) {
    if (args.size() == 2 && std::string_view(args[0]) == "--probe") {
        engine::probe(args[1]);
        return 0;
    }
    std::set_new_handler(std::abort);  // so that the guardian knows what it was at
    engine::LinuxKernel kernel;
    const std::string main = args.size() > 1 ? args[1] : "";
    engine::Engine(kernel, kernel.session(), engine::Mode::scan_dir, main).run();
    return 0;
}
