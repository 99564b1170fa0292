// SPDX-License-Identifier: MIT
// svc [-udopchaitkx] DIR...: sends the letters, in order of first appearance, to each service.
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "format/letters.h"
#include "sys/clock.h"
#include "sys/limits.h"
#include "tools/contact.h"
#include "tools/options.h"
#include "tools/tool.h"

namespace {

using namespace hf;

constexpr size_t spare_descriptors = 32;
constexpr int quick_looks = 20;  // mostly it is read within some microseconds
constexpr int between_looks_us = 20;
constexpr auto patience = std::chrono::seconds(1);

struct Reached {
    std::string name;
    sys::Fd control;
    std::string bytes;
    bool ours;  // not the original's
};

// The service in directory `name`, or a warning.
std::optional<Reached> reach(const std::string& name, const std::string& letters) {
    if (::chdir(name.c_str()) < 0) {
        warn("unable to chdir to " + name, errno);
    } else if (sys::Fd control = contact("supervise/control")) {
        auto record = record_here();
        return Reached{name, std::move(control),
                       record ? format::announcement(giver()) + letters : letters,
                       record && !record->released};
    } else if (errno == ENXIO) {
        warn("unable to control " + name + ": supervise not running");
    } else {
        warn("unable to control " + name, errno);
    }
    return std::nullopt;
}

// As many as can be open.
size_t most_at_once() {
    sys::set_soft_limit(RLIMIT_NOFILE, sys::no_limit);
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    return std::max<size_t>(files.rlim_cur, 2 * spare_descriptors) - spare_descriptors;
}

bool is_unread(const sys::Fd& control) {
    int size = 0;
    return ::ioctl(control.get(), FIONREAD, &size) == 0 && size > 0;
}

// First all are reached, then all are ordered: `svc -dx x x/log` finds the logger there, however
// soon the service ends and its logger with it.
// A pipe keeps its letters while somebody has it open. An engine that dies before it has read them
// must not take them with it: they are held until they are read, by it or by the next one.
void give(std::vector<Reached> services, bool to_exit) {
    for (Reached& each : services) {
        if (order(each.control, each.bytes)) continue;
        each.ours = false;
        // It has left since it was reached.
        if (errno == EPIPE && to_exit) continue;
        warn("error writing commands to " + each.name, errno);
    }
    auto end = sys::boot_time() + patience;
    int looks = 0;
    for (const Reached& each : services) {
        while (each.ours && is_unread(each.control) && sys::boot_time() < end)
            ++looks < quick_looks ? ::sched_yield() : ::usleep(between_looks_us);
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
    const bool to_exit = letters.find('x') != std::string::npos;
    const size_t most = most_at_once();
    std::vector<Reached> reached;
    for (const char* name : options.operands()) {
        if (auto service = reach(name, letters)) reached.push_back(std::move(*service));
        start.back();
        if (reached.size() == most) give(std::exchange(reached, {}), to_exit);
    }
    give(std::move(reached), to_exit);
    return 0;
}
