// SPDX-License-Identifier: MIT
// setlock [ -nNxX ] file child: runs a program while holding a lock.
#include <fcntl.h>

#include "program/options.h"
#include "sys/error.h"
#include "sys/exec.h"
#include "sys/flock.h"

int hf::program::run(const Args& args) {
    const std::string usage = "setlock: usage: setlock [ -nNxX ] file program [ arg ... ]";
    auto if_busy = sys::IfBusy::wait;
    bool silent = false;
    Options options(args, "nNxX", usage);
    while (auto option = options.next()) {
        switch (option->letter) {
            case 'n': if_busy = sys::IfBusy::give_up; break;
            case 'N': if_busy = sys::IfBusy::wait; break;
            case 'x': silent = true; break;
            case 'X': silent = false; break;
        }
    }
    const Args operands = options.operands();
    if (operands.size() < 2) throw Usage{usage};

    const std::string path = operands[0];
    sys::Fd file = sys::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0600);
    if (!file) {
        if (silent) return 0;
        sys::fail("unable to open " + path);
    }
    if (!sys::lock(file, if_busy)) {
        if (silent) return 0;
        sys::fail("unable to lock " + path);
    }
    sys::pass_on(std::move(file));  // whoever has it keeps the lock
    sys::exec(Args(operands.begin() + 1, operands.end()));
}
