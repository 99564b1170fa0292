// SPDX-License-Identifier: MIT
// svc [-udopchaitkxq12w] DIR...: sends the letters, in order of first appearance, to each service.
#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "control/control.h"
#include "control/reader.h"
#include "format/letters.h"
#include "program/options.h"
#include "program/tool.h"
#include "sys/directory.h"
#include "sys/error.h"
#include "sys/limits.h"

namespace {

using namespace hf;
using namespace hf::program;
using namespace hf::control;

constexpr size_t spare_descriptors = 32;

struct Reached {
    std::string name;
    sys::Fd control;
    std::string bytes;
    bool ours;  // not the original's
};

class Services {
  public:
    Services() : start_(sys::open(".", O_RDONLY | O_DIRECTORY)) {
        if (!start_) sys::fail("unable to open current directory");
    }

    std::optional<Reached> reach(const char* name, const std::string& letters);
    bool give(std::vector<Reached> services, bool to_exit);

  private:
    bool is_heard(const Reached& service, bool to_exit);

    sys::Fd start_;
    Control control_;
};

// The service in the directory `word`, or a warning.
std::optional<Reached> Services::reach(const char* word, const std::string& letters) {
    const std::string name = word;
    sys::Fd directory = sys::open_searchable(start_.get(), word);
    if (!directory) {
        warn("unable to chdir to " + name, errno);
    } else if (sys::Fd control = control_.open_control(directory, start_.get(), word)) {
        auto record = read_status(directory).record;
        return Reached{name, std::move(control),
                       record ? format::sender_prefix(caller()) + letters : letters,
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

// A supervision that was told to exit may leave before it has read what was written to it twice.
bool Services::is_heard(const Reached& service, bool to_exit) {
    if (control_.is_read(service.control, !to_exit)) return true;
    if (!to_exit) return false;
    const sys::Fd directory = sys::open_searchable(start_.get(), service.name.c_str());
    return !is_current(read_status(directory)) || control_.is_read(service.control, true);
}

// First all are reached, then all are ordered: `svc -dx x x/log` finds the logger there, however
// soon the service ends and its logger with it.
// A pipe keeps its letters while somebody has it open. An engine that dies before it has read them
// must not take them with it: they are held until they are read, by it or by the next one. False
// if some were not, which is said.
bool Services::give(std::vector<Reached> services, bool to_exit) {
    bool all_heard = true;
    for (Reached& each : services) {
        if (control_.send(each.control, each.bytes, each.ours && !to_exit)) continue;
        each.ours = false;
        // It has left since it was reached.
        if (errno == EPIPE && to_exit) continue;
        if (errno == EAGAIN) all_heard = false;
        warn("error writing commands to " + each.name, errno);
    }
    for (const Reached& each : services) {
        if (!each.ours || is_heard(each, to_exit)) continue;
        warn("commands to " + each.name +
             " were not read within a second and may be lost: "
             "its supervisor is stopped or stuck");
        all_heard = false;
    }
    return all_heard;
}

}  // namespace

int hf::program::run(const Args& args) {
    std::string letters;
    // The usage line is that of Debian's daemontools 0.76-9 and later, which does not have w.
    Options options(args, "udopchaitkxq12w",
                    "svc options: u up, d down, o once, x exit, p pause, c continue, h hup, "
                    "a alarm, i interrupt, t term, k kill, q quit, 1 usr1, 2 usr2");
    while (auto option = options.next()) {
        if (letters.find(option->letter) == std::string::npos) letters += option->letter;
    }
    std::signal(SIGPIPE, SIG_IGN);
    Services services;
    const bool to_exit = letters.find('x') != std::string::npos;
    const size_t most = most_at_once();
    std::vector<Reached> reached;
    bool all_heard = true;
    for (const char* name : options.operands()) {
        if (auto service = services.reach(name, letters)) reached.push_back(std::move(*service));
        if (reached.size() == most)
            all_heard = services.give(std::exchange(reached, {}), to_exit) && all_heard;
    }
    return services.give(std::move(reached), to_exit) && all_heard ? 0 : 111;
}
