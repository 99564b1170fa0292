// SPDX-License-Identifier: MIT
// svc [-udopchaitkx] DIR...: sends the letters, in order of first appearance, to each service.
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <string>

#include "sys/clock.h"
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

// While this end is open the pipe keeps what is in it: if the engine dies now, the next one reads
// the letters.
void wait_until_read(const sys::Fd& control) {
    auto end = sys::boot_time() + std::chrono::milliseconds(patience_ms);
    const timespec moment{0, 50'000};
    int unread = 0;
    while (::ioctl(control.get(), FIONREAD, &unread) == 0 && unread > 0 && sys::boot_time() < end)
        ::nanosleep(&moment, nullptr);
}

void order(const std::string& name, const std::string& letters) {
    if (::chdir(name.c_str()) < 0) return warn("unable to chdir to " + name, errno);
    sys::Fd control = contact("supervise/control");
    if (control) {
        if (!send(control, letters)) return warn("error writing commands to " + name, errno);
        wait_until_read(control);
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
