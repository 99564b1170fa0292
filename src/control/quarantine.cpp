// SPDX-License-Identifier: MIT
#include "control/quarantine.h"

#include <fcntl.h>

#include <cerrno>
#include <csignal>

#include "inspect/processes.h"
#include "sys/fd.h"
#include "sys/process.h"
#include "sys/safe_open.h"

namespace hf::control {

namespace {

std::optional<format::QuarantineList> list_in(const std::string& scan_dir) {
    sys::Fd directory = sys::open(scan_dir.c_str(), O_PATH | O_DIRECTORY);
    if (!directory) return std::nullopt;
    auto bytes =
        sys::read_entry(directory, format::quarantine_file, format::longest_quarantine_list);
    if (!bytes) return std::nullopt;
    auto list = format::quarantine_list(*bytes);
    if (!list || list->supervisor <= 0) return std::nullopt;
    bool lives = ::kill(list->supervisor, 0) == 0 || errno == EPERM;
    bool counts = lives && sys::may_be_same_boot(list->boot, sys::boot_id());
    return counts ? list : std::nullopt;
}

std::optional<format::Quarantined> of_entry(const std::string& path) {
    size_t slash = path.rfind('/');
    std::string scan_dir = slash == std::string::npos ? "." : path.substr(0, slash);
    auto list = list_in(scan_dir.empty() ? "/" : scan_dir);
    if (!list) return std::nullopt;
    auto* found = format::find(*list, path.substr(slash + 1), inspect::link_of(path));
    return found != nullptr ? std::optional(*found) : std::nullopt;
}

}  // namespace

std::optional<format::Quarantined> quarantine_of(const std::string& path) {
    auto found = of_entry(path);
    constexpr std::string_view log = "/log";
    if (found || !path.ends_with(log)) return found;
    return of_entry(path.substr(0, path.size() - log.size()));
}

}  // namespace hf::control
