// SPDX-License-Identifier: MIT
#include "control/reader.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "inspect/status_file.h"
#include "sys/clock.h"
#include "sys/process.h"

namespace hf::control {

namespace {

const std::array<std::byte, 16>& this_boot() {
    static const auto boot = sys::boot_id();
    return boot;
}

bool lives(pid_t pid) {
    if (::kill(pid, 0) < 0 && errno != EPERM) return false;
    // One that has ended and is not reaped yet still has its pid.
    sys::Fd process = sys::open_process(pid);
    pollfd end{process.get(), POLLIN, 0};
    return !process || ::poll(&end, 1, 0) == 0;
}

Status status_of(const inspect::StatusFile& file) {
    return {file.open_error, file.read_error, format::decode_classic(file.bytes),
            format::decode(file.bytes)};
}

}  // namespace

Status read_status(const sys::Fd& directory) {
    return status_of(inspect::read_status_file(directory));
}

Status read_status(const std::string& directory) {
    return status_of(inspect::read_status_file(directory));
}

bool is_current(const Status& status) {
    return status.record && !status.record->released &&
           sys::may_be_same_boot(status.record->session.boot, this_boot()) &&
           lives(static_cast<pid_t>(status.record->session.supervisor));
}

std::chrono::seconds age(const Status& status) {
    using std::chrono::seconds;
    if (status.record && status.record->session.boot == this_boot()) {
        auto since = status.record->service.changed.boot.time_since_epoch();
        return std::chrono::floor<seconds>(std::max(sys::boot_time(), since) - since);
    }
    auto now = format::tai64n(sys::wall_time()).seconds;
    auto since = status.classic->since.seconds;
    return seconds(now > since ? now - since : 0);
}

}  // namespace hf::control
