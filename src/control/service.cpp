// SPDX-License-Identifier: MIT
#include "control/service.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "control/quarantine.h"
#include "control/reader.h"
#include "inspect/crash_loop.h"
#include "inspect/files.h"
#include "inspect/processes.h"
#include "sys/clock.h"
#include "sys/directory.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "sys/process.h"

namespace hf::control {

using namespace inspect;

namespace {

// For who may not write to `ok`, and while one engine follows another, the record tells.
bool is_supervised(const std::string& path, const Status& status) {
    sys::Fd ok = sys::open((path + "/supervise/ok").c_str(), O_WRONLY | O_NONBLOCK);
    if (ok) return true;
    return (errno == ENXIO || errno == EACCES) && is_current(status);
}

constexpr std::array usual{"/service", "/etc/service"};

std::string scan_dir_variable() {
    const char* variable = std::getenv("SVDIR");
    return variable != nullptr ? variable : "";
}

// By its current directory; for who may not see that, by how it was called.
bool runs_on(pid_t svscan, const std::string& scan_dir) {
    if (same_file("/proc/" + std::to_string(svscan) + "/cwd", scan_dir)) return true;
    auto words = arguments_of(svscan);
    return directory_of(svscan).empty() && !words.empty() && words.back().starts_with('/') &&
           same_file(words.back(), scan_dir);
}

// After so many exits that no command asked for; the last processes were no older than this one is.
std::optional<CrashLoop> loop_of(const ServiceView& view) {
    constexpr unsigned enough = 3;
    if (!view.supervised || !view.record || !view.wants_up()) return std::nullopt;
    if (view.record->service.exits < enough) return std::nullopt;
    auto loop = crash_loop_of(history_of(view.path).value_or(Notes{}));
    const core::Service& service = view.record->service;
    const bool backs_off = service.state == core::State::waiting && service.streak >= enough;
    if (loop.exits < enough || !(loop.goes_on(view.age) || backs_off)) return std::nullopt;
    return loop;
}

// As the engine judges it that would take the process over.
pid_t orphan_of(const ServiceView& view) {
    if (view.supervised || !view.record || view.record->released) return 0;
    const core::Service& service = view.record->service;
    if (!core::has_process(service)) return 0;
    auto process = sys::process_stat(static_cast<pid_t>(service.process.pid));
    if (!process || process->state == 'Z') return 0;
    const bool is_it = core::is_its_process(service, core::Time(process->born), sys::clock_tick());
    return is_it ? static_cast<pid_t>(service.process.pid) : 0;
}

}  // namespace

ServiceView inspect_service(const std::string& name, const std::string& path) {
    static const auto boot = sys::boot_id();
    ServiceView view;
    view.name = name;
    view.path = path;
    view.normally_down = exists(path + "/down");
    view.has_log = is_directory(path + "/log");
    Status status = read_status(path);
    view.readable = status.open_error != EACCES;
    view.status = status.classic;
    if (status.record && status.record->session.boot == boot) view.record = status.record;
    view.rules = rules_of(path, name);
    view.supervised = is_supervised(path, status);
    if (view.status) view.age = age(status);
    if (view.up() && view.rules.in_force.notifies) view.said = said_in(path);
    view.crash_loop = loop_of(view);
    view.quarantine = quarantine_of(path);
    view.orphan = orphan_of(view);
    return view;
}

std::optional<std::chrono::nanoseconds> ServiceView::next_start() const {
    if (!supervised || !record || record->service.state != core::State::waiting)
        return std::nullopt;
    if (!rules.refused.empty() && !rules.accepted) return std::nullopt;
    const auto due = core::next_due(record->service, rules.in_force);
    if (!due) return std::nullopt;
    return std::max(due->at - core::Time(sys::boot_time()), core::Duration::zero());
}

bool has_svscan(const std::string& scan_dir) {
    const Processes processes;
    return std::any_of(processes.all().begin(), processes.all().end(), [&](const auto& each) {
        const Process& process = each.second;
        return process.name == "svscan" && process.state != 'Z' && runs_on(process.pid, scan_dir);
    });
}

std::string scan_directory(const std::string& given) {
    if (!given.empty()) return given;
    if (!scan_dir_variable().empty()) return scan_dir_variable();
    if (!is_directory(usual[0])) return is_directory(usual[1]) ? usual[1] : usual[0];
    bool second = is_directory(usual[1]) && !has_svscan(usual[0]) && has_svscan(usual[1]);
    return second ? usual[1] : usual[0];
}

std::string other_scan_directory(const std::string& given) {
    if (!given.empty() || !scan_dir_variable().empty()) return "";
    if (!is_directory(usual[0]) || !is_directory(usual[1])) return "";
    return scan_directory("") == usual[0] ? usual[1] : usual[0];
}

std::vector<std::string> services_in(const std::string& scan_dir) {
    sys::Fd directory = sys::open(scan_dir.c_str(), O_RDONLY | O_DIRECTORY);
    if (!directory) sys::fail("unable to read the scan directory " + scan_dir);
    auto names = sys::names_in(directory);
    if (!names) sys::fail("unable to read the scan directory " + scan_dir);
    std::erase_if(*names, [](const std::string& name) { return name.starts_with('.'); });
    std::sort(names->begin(), names->end());
    return *names;
}

std::string path_for(const std::string& scan_dir, const std::string& word) {
    bool is_path = word.find('/') != std::string::npos || word == "." || word == "..";
    // `NAME/log` is the logger of a service, if there is no such directory here.
    if (is_path && word.ends_with("/log") && !word.starts_with('.') && !word.starts_with('/') &&
        !is_directory(word))
        is_path = false;
    return is_path ? word : scan_dir + "/" + word;
}

std::string state_word(const ServiceView& view) {
    if (!view.answers) return "unreachable";
    if (view.quarantine) return "quarantined";
    if (!view.readable && !view.status) return "hidden";
    if (!view.supervised || !view.status) return "unsupervised";
    if (view.crash_loop) return "crash-loop";
    if (view.finishing()) return "finishing";
    if (view.up()) {
        if (view.status->paused) return "paused";
        if (is_stopping(view)) return "stopping";
        return is_ready(view) ? "up" : "not-ready";
    }
    if (is_done(view)) return "done";
    return view.wants_up() ? "waiting" : "down";
}

// What is not known of a service that is up is as of any other.
bool is_ready(const ServiceView& view) {
    return view.up() && (!view.record || core::is_ready(view.record->service));
}

bool is_done(const ServiceView& view) {
    return view.supervised && view.record && view.rules.in_force.oneshot &&
           core::is_good(view.record->service, view.rules.in_force);
}

bool is_stopping(const ServiceView& view) {
    if (view.finishing()) return view.status && view.status->want == 'd';
    if (!view.up() || !view.status || view.status->paused) return false;
    using core::State;
    State state = view.record ? view.record->service.state : State::up;
    return state == State::preparing || state == State::stopping || state == State::killing ||
           view.status->want == 'd';
}

}  // namespace hf::control
