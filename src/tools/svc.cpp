// SPDX-License-Identifier: MIT
// svc [-udopchaitkx] DIR...: sends the letters, in order of first appearance, to each service.
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include "format/letters.h"
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

// A pipe keeps its letters while somebody has it open. An engine that dies before it has read them
// must not take them with it: they are held until they are read, by it or by the next one.
class Unread {
  public:
    void hold(sys::Fd control) {
        held_.push_back(std::move(control));
        if (held_.size() == most_held) wait();
    }

    void wait() {
        auto end = sys::boot_time() + std::chrono::milliseconds(patience_ms);
        for (const sys::Fd& control : held_) {
            while (has_letters(control) && sys::boot_time() < end) ::usleep(between_looks_us);
        }
        held_.clear();
    }

  private:
    static constexpr size_t most_held = 200;
    static constexpr int between_looks_us = 200;

    static bool has_letters(const sys::Fd& control) {
        int size = 0;
        return ::ioctl(control.get(), FIONREAD, &size) == 0 && size > 0;
    }

    std::vector<sys::Fd> held_;
};

void order(const std::string& name, const std::string& letters, Unread& unread) {
    if (::chdir(name.c_str()) < 0) return warn("unable to chdir to " + name, errno);
    sys::Fd control = contact("supervise/control");
    if (control) {
        std::string bytes = has_our_record() ? format::announcement(giver()) + letters : letters;
        if (!send(control, bytes)) return warn("error writing commands to " + name, errno);
        if (supervised_by_ours()) unread.hold(std::move(control));
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
    Unread unread;
    for (const char* name : options.operands()) {
        order(name, letters, unread);
        start.back();
    }
    unread.wait();
    return 0;
}
