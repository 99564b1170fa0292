// SPDX-License-Identifier: MIT
// svc [-udopchaitkx] DIR...: sends the letters, in order of first appearance, to each service.
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>

#include "tools/contact.h"
#include "tools/options.h"
#include "tools/tool.h"

namespace {

using namespace hf;

constexpr int patience_ms = 1000;

// A pipe that is full stays so while the supervision is stopped: that is said, not waited for.
bool send(const sys::Fd& control, const std::string& letters) {
    pollfd room{control.get(), POLLOUT, 0};
    sys::retry([&] { return ::poll(&room, 1, patience_ms); });
    return sys::write_all(control.get(), letters);
}

void order(const std::string& name, const std::string& letters) {
    if (::chdir(name.c_str()) < 0) return warn("unable to chdir to " + name, errno);
    sys::Fd control = contact("supervise/control");
    if (control) {
        if (!send(control, letters)) warn("error writing commands to " + name, errno);
    } else if (errno == ENXIO) {
        warn("unable to control " + name + ": supervise not running");
    } else {
        warn("unable to control " + name, errno);
    }
}

}  // namespace

int hf::run(const Args& args) {
    std::string letters;
    Options options(args, "udopchaitkx",
                    "svc options: u up, d down, o once, x exit, p pause, c continue, h hup, "
                    "a alarm, i interrupt, t term, k kill");
    while (auto option = options.next()) {
        if (letters.find(option->letter) == std::string::npos) letters += option->letter;
    }
    std::signal(SIGPIPE, SIG_IGN);
    StartingDirectory start;
    for (const char* name : options.operands()) {
        order(name, letters);
        start.back();
    }
    return 0;
}
