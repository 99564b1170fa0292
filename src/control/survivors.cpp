// SPDX-License-Identifier: MIT
#include "control/survivors.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <optional>

#include "inspect/history.h"
#include "sys/clock.h"
#include "sys/process.h"
#include "sys/safe_open.h"
#include "text/visible.h"

namespace hf::control {

using namespace inspect;

namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr milliseconds moment(300);
constexpr std::chrono::seconds to_die(5);

// Whose word the record and the history are.
struct Writer {
    bool only_us = false;         // root's, or this user's
    std::optional<uid_t> user{};  // none: several can write them
};

Writer writer_of(const std::string& path) {
    sys::Fd here = sys::open(path.c_str(), O_PATH | O_DIRECTORY);
    sys::Fd supervise = here ? sys::open_directory(here, "supervise") : sys::Fd();
    struct stat directory {};
    struct stat status {};
    if (!supervise || ::fstat(supervise.get(), &directory) < 0) return {};
    if (::fstatat(supervise.get(), "status", &status, AT_SYMLINK_NOFOLLOW) < 0) return {};
    if (sys::is_ours_alone(directory) && sys::is_ours_alone(status)) return {true, {}};
    constexpr mode_t others = S_IWGRP | S_IWOTH;
    bool one = ((directory.st_mode | status.st_mode) & others) == 0;
    std::optional<uid_t> user;
    for (uid_t each : {directory.st_uid, status.st_uid}) {
        if (each == 0 || each == ::geteuid()) continue;
        if (user && *user != each) one = false;
        user = each;
    }
    return {false, one ? user : std::nullopt};
}

bool may_be_meant(const Writer& writer, pid_t pid) {
    return writer.only_us || (writer.user && user_of(pid) == writer.user);
}

bool lives(const Process& process) {
    return process.state != 'Z' && process.state != 'X';
}

// None while its leader lives: then the number is another one's by now, or nothing has ended.
std::vector<Process> members_of(pid_t session, const Processes& processes, const Writer& writer) {
    std::vector<Process> result;
    const Process* leader = processes.find(session);
    if (session == 0 || (leader != nullptr && lives(*leader))) return result;
    for (const auto& [pid, each] : processes.all()) {
        if (lives(each) && each.session == session && may_be_meant(writer, pid))
            result.push_back(each);
    }
    return result;
}

struct Life {
    pid_t pid;
    nanoseconds begin;  // since boot
    nanoseconds end;
};

std::vector<Life> lives_in(const Notes& notes) {
    using Kind = format::Note::Kind;
    const auto to_boot = sys::boot_time() - sys::wall_time();
    std::vector<Life> all;
    bool goes_on = false;
    for (const format::Note& note : notes) {
        nanoseconds at = note.at.time_since_epoch() + to_boot;
        if (goes_on && (note.kind == Kind::started || is_death(note))) {
            all.back().end = at;
            goes_on = false;
        }
        if (note.kind != Kind::started) continue;
        all.push_back({static_cast<pid_t>(note.pid), at, sys::boot_time()});
        goes_on = true;
    }
    return all;
}

// A session keeps its number while a process is in it, and nobody enters it but by birth: who was
// born there while the leader lived shows that it is still the same.
bool is_of(const Life& life, const std::vector<Process>& members) {
    constexpr milliseconds inexact(20);  // birth is told in ticks
    return std::any_of(members.begin(), members.end(), [&](const Process& each) {
        return each.born > life.begin - inexact && each.born < life.end + inexact;
    });
}

// Until one of them has ended, or there is no time left.
void wait_for_an_end(const std::vector<Process>& members, nanoseconds left) {
    std::vector<sys::Fd> open;
    std::vector<pollfd> polled;
    for (const Process& each : members) {
        open.push_back(sys::open_process(each.pid));
        if (!open.back()) return;
        polled.push_back({open.back().get(), POLLIN, 0});
    }
    auto limit = std::max<long>(0, std::chrono::ceil<milliseconds>(left).count());
    ::poll(polled.data(), polled.size(), static_cast<int>(limit));
}

// Still the same when the descriptor is held: then the pid is no other's.
void send(const Process& member, const Writer& writer, int number) {
    sys::Fd file = sys::open_process(member.pid);
    auto now = process(member.pid);
    bool same = now && now->session == member.session && now->born == member.born;
    if (file && same && may_be_meant(writer, member.pid)) sys::signal_process(file.get(), number);
}

}  // namespace

bool may_be_told_of(const ServiceView& view, pid_t pid) {
    return may_be_meant(writer_of(view.path), pid);
}

pid_t session_of(const ServiceView& view) {
    if (!view.up() || !view.record) return 0;
    auto leader = process(view.pid());
    auto supervisor = static_cast<pid_t>(view.record->session.supervisor);
    bool is_its = leader && leader->session == leader->pid && leader->parent == supervisor;
    return is_its ? leader->pid : 0;
}

std::vector<Process> survivors_of(const ServiceView& view, pid_t session) {
    const Writer writer = writer_of(view.path);
    const Processes processes;
    auto all = members_of(session, processes, writer);
    for (const Life& life : lives_in(history_of(view.path).value_or(Notes{}))) {
        if (life.pid == session || life.pid == view.pid()) continue;
        auto some = members_of(life.pid, processes, writer);
        if (is_of(life, some)) all.insert(all.end(), some.begin(), some.end());
    }
    std::sort(all.begin(), all.end(),
              [](const Process& a, const Process& b) { return a.pid < b.pid; });
    auto same = [](const Process& a, const Process& b) { return a.pid == b.pid; };
    all.erase(std::unique(all.begin(), all.end(), same), all.end());
    return all;
}

bool end_survivors(const ServiceView& view, pid_t session, nanoseconds timeout) {
    const Writer writer = writer_of(view.path);
    for (int number : {SIGTERM, SIGKILL}) {
        auto members = members_of(session, Processes(), writer);
        for (const Process& each : members) send(each, writer, number);
        auto end = sys::boot_time() + (number == SIGTERM ? timeout : to_die);
        while (!members.empty() && sys::boot_time() < end) {
            wait_for_an_end(members, end - sys::boot_time());
            members = members_of(session, Processes(), writer);
        }
        if (members.empty()) return true;
    }
    return false;
}

std::vector<Process> lasting_survivors_of(const ServiceView& view, pid_t session) {
    auto end = sys::boot_time() + moment;
    auto members = survivors_of(view, session);
    while (!members.empty() && sys::boot_time() < end) {
        wait_for_an_end(members, end - sys::boot_time());
        members = survivors_of(view, session);
    }
    return members;
}

std::string words_for(const std::vector<Process>& processes) {
    constexpr size_t enough = 3;
    std::string text;
    for (size_t i = 0; i < processes.size() && i < enough; ++i)
        text += (i == 0 ? "pid " : ", pid ") + std::to_string(processes[i].pid) + " (" +
                text::visible(processes[i].name) + ")";
    if (processes.size() > enough)
        text += " and " + std::to_string(processes.size() - enough) + " more";
    return text;
}

std::string kill_command(const std::vector<Process>& processes) {
    std::string command = "kill";
    for (const Process& each : processes) command += " " + std::to_string(each.pid);
    return command;
}

}  // namespace hf::control
