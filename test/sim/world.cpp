// SPDX-License-Identifier: MIT
#include "world.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iostream>

#include "sys/error.h"

namespace hf::test {

using namespace core;
using namespace std::chrono_literals;

namespace {

// What a call takes: long enough that something may happen between two of them.
constexpr Duration call_time = 20us;

constexpr std::array errors{EMFILE, ENFILE, ENOSPC, EROFS, EAGAIN, ENOMEM, ENOENT, EACCES, EIO};

}  // namespace

// ---- time ----

Moment World::now() const {
    return {now_, WallTime(now_.time_since_epoch() + wall_offset_)};
}

void World::plan(Duration in, std::function<void()> action) {
    agenda_.emplace(now_ + in, std::move(action));
}

std::optional<Time> World::next_event() const {
    std::optional<Time> next;
    if (!agenda_.empty()) next = agenda_.begin()->first;
    for (const auto& [serial, each] : processes) {
        if (each.ended || each.stopped) continue;
        for (const auto& time : {each.ends_at, each.ready_at}) {
            if (time && (!next || *time < *next)) next = time;
        }
    }
    return next;
}

void World::pass_to(Time time) {
    for (auto next = next_event(); next && *next <= time; next = next_event()) {
        now_ = std::max(now_, *next);
        for (auto& [serial, each] : processes) {
            if (each.ended || each.stopped) continue;
            if (each.ready_at && *each.ready_at <= now_) {
                each.said_ready_at = now_;
                each.ready_at.reset();
            }
            if (each.ends_at && *each.ends_at <= now_) end(serial, each.how);
        }
        while (!agenda_.empty() && agenda_.begin()->first <= now_) {
            auto action = std::move(agenda_.begin()->second);
            agenda_.erase(agenda_.begin());
            action();
        }
    }
    now_ = std::max(now_, time);
}

// ---- directories and links ----

int World::make_directory(const std::string& name) {
    directories.push_back({});
    directories.back().name = name;
    return static_cast<int>(directories.size()) - 1;
}

void World::link(const std::string& name, int directory) {
    links[name] = directory;
    hints.insert(name);
}

void World::unlink(const std::string& name) {
    links.erase(name);
    hints.insert(name);
}

void World::set_log(int directory, bool present) {
    if (halting) return;  // nobody looks any more
    trace((present ? "a log for " : "no log for ") + at(directory).name);
    if (present && at(directory).log < 0) {
        int log = make_directory(at(directory).name + "/log");
        at(directory).log = log;
    }
    at(directory).has_log = present;
    for (const auto& [name, target] : links) {
        if (target == directory) hints.insert(name);
    }
}

// By a link's name, or by number: a path that needs no link.
std::optional<int> World::find(const std::string& name) const {
    bool is_log = name.ends_with("/log");
    std::string main_name = is_log ? name.substr(0, name.size() - 4) : name;
    auto place = links.find(main_name);
    if (main_name[0] != '/' && place == links.end()) return std::nullopt;
    int main = main_name[0] == '/' ? std::stoi(main_name.substr(1)) : place->second;
    if (!is_log) return main;
    const Directory& directory = directories[static_cast<size_t>(main)];
    if (!directory.has_log) return std::nullopt;
    return directory.log;
}

std::optional<format::Record> World::record(int directory) const {
    const auto& status = directories[static_cast<size_t>(directory)].status;
    return status ? format::decode(*status) : std::nullopt;
}

bool World::has_one_name(int directory) const {
    return std::ranges::count(links, directory, [](auto& each) { return each.second; }) == 1;
}

bool World::is_reachable(int directory) const {
    for (int each : remembered) {
        const Directory& main = directories[static_cast<size_t>(each)];
        if (each == directory || (main.has_log && main.log == directory)) return true;
    }
    return is_linked(directory);
}

bool World::is_linked(int directory) const {
    return std::ranges::any_of(links, [&](const auto& link) {
        const Directory& main = directories[static_cast<size_t>(link.second)];
        return link.second == directory || (main.has_log && main.log == directory);
    });
}

void World::write_letters(int directory, const std::string& letters) {
    if (!at(directory).listening) return;
    trace("svc -" + letters + " " + at(directory).name);
    at(directory).letters += letters;
}

// ---- engines, guardians, machines that end ----

// What an engine holds is closed. Where directories are that stand in no folder is forgotten.
void World::engine_ended() {
    engine_lives = false;
    for (Directory& each : directories) {
        each.locked = each.was_held = each.listening = each.pipe_held = false;
        each.failures = 0;
        each.letters.clear();
    }
    std::erase_if(processes, [](const auto& each) {
        return each.second.reaped || (each.second.ended && !each.second.child);
    });
    for (auto& [serial, each] : processes) each.watched = false;
    note_lost();
    for (size_t i = 0; i < directories.size(); ++i) pipe_changed(static_cast<int>(i));
}

void World::note_lost() {
    for (auto& [serial, each] : processes) {
        if (each.directory >= 0) each.lost = !is_reachable(each.directory);
    }
}

void World::guardian_ended() {
    trace("the guardian ends");
    remembered.clear();
    engine_ended();
    ++session_;
    halting = leaving = guardian_dies = machine_dies = false;
    spawning_pid = -1;
    exit_code.reset();
    for (auto& [serial, each] : processes) {
        each.child = false;
        if (!each.executed && each.directory >= 0) each.ended = true;
    }
    std::erase_if(processes, [](const auto& each) { return each.second.ended; });
    for (Directory& each : directories) {
        each.may_start_at_once = true;
        each.owes_finish = false;
    }
    if (one_in(2)) pids_come_back();
}

// Before the next guardian comes, services end, and strangers get their numbers.
void World::pids_come_back() {
    for (auto& [serial, each] : processes) {
        if (one_in(2)) end(serial, {ExitResult::Kind::exited, 0});
    }
    for (int i = 0; i < 40; ++i) start_stranger();
}

void World::reboot() {
    trace("reboot");
    guardian_ended();
    ++boot_;
    processes.clear();
    for (Directory& each : directories) each.unread = 0;
    for (int i = 0; i < 60; ++i) start_stranger();
}

format::Session World::session() const {
    format::Session session;
    session.boot[0] = static_cast<std::byte>(boot_);
    session.number = session_;
    session.supervisor = 1;
    return session;
}

// ---- calls ----

void World::begin_call(const std::string& name) {
    ++calls;
    if (verbose) trace("#" + std::to_string(calls) + " " + name);
    if (calls == crash_before) crash();
    pass_to(now_ + call_time);
    if (guardian_dies || machine_dies) throw Crash{};
}

void World::end_call() {
    if (calls == crash_after) crash();
}

void World::crash() {
    met = true;
    throw Crash{};
}

std::optional<int> World::fault(const std::string& text) {
    bool fails = calls == fail_at || (faults_per_mille != 0 && pick(1000) < faults_per_mille);
    if (!fails) return std::nullopt;
    met = met || calls == fail_at;
    ++faults;
    int error = errors[pick(errors.size())];
    trace("fails: " + text + " " + std::to_string(error));
    return error;
}

void World::may_fail(int directory, Call call, const std::string& text) {
    auto error = fault(text);
    at(directory).note(call, error.has_value());
    // Without it nothing is started that has a log.
    if (error && call == Call::open_log) at(directory).owes_finish = false;
    // A logger is taken when the pipe is open.
    int log = at(directory).log;
    if (error && call == Call::open_log && log >= 0 && !at(log).locked)
        at(log).note(Call::claim, true);
    if (error) throw sys::Error("unable to " + text, *error);
}

void World::may_fail_to_read_folder() {
    auto error = fault("read directory");
    if (!error) return;
    for (Directory& each : directories) each.note(Call::scan, true);
    throw sys::Error("unable to read directory", *error);
}

void World::trace(const std::string& line) const {
    if (!verbose) return;
    auto time = std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch());
    std::cout << static_cast<double>(time.count()) / 1e6 - 3600 << "s  " << line << "\n";
}

}  // namespace hf::test
