// SPDX-License-Identifier: MIT
#include "fake_kernel.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "disk.h"
#include "laws.h"
#include "sys/error.h"

namespace hf::test {

using namespace core;
using engine::Claim;
using engine::Dir;
using engine::Liveness;
using engine::Notes;
using engine::Notice;
using engine::Scan;
using namespace std::chrono_literals;

namespace {

constexpr int empty_waits_at_one_moment = 50;
constexpr int waits_at_one_moment = 500;

Identity identity_of(int directory) {
    return {1, static_cast<std::uint64_t>(directory) + 1};
}

}  // namespace

FakeKernel::FakeKernel(World& world) : world_(world), rules_(world), readiness_(world) {
    if (world_.bug != Bug::spare_the_spawning) end_unfinished_spawn();
    world_.spawning_pid = -1;
    world_.hints.clear();
    world_.note_lost();
    while (world_.bug == Bug::lose_deaths && world_.first_zombie())
        world_.process(*world_.first_zombie()).reaped = true;
}

// What the engine before was making must not come into the world now. But one that has written its
// record may have been quicker.
void FakeKernel::end_unfinished_spawn() {
    if (world_.spawning_pid < 0) return;
    const Process& child = world_.process(world_.spawning_pid);
    auto record = world_.record(child.directory);
    bool is_recorded = record && record->service.process.pid == child.pid;
    if (is_recorded && world_.one_in(2)) return go_on(world_, world_.spawning_pid);
    world_.end(world_.spawning_pid, {ExitResult::Kind::signaled, SIGKILL});
}

Moment FakeKernel::now() noexcept {
    return world_.now();
}

void FakeKernel::ready() {
    world_.begin_call("ready");
    ready_ = world_.engine_lives = true;
    remember();
    world_.end_call();
}

// ---- what happens ----

std::vector<Notice> FakeKernel::wait(std::optional<Time> deadline) {
    world_.begin_call("wait");
    check_states();
    for (;;) {
        Notices result = happened();
        bool is_due = deadline && *deadline <= world_.now().boot;
        if (!result.empty() || is_due) {
            check_progress(!result.empty());
            world_.end_call();
            return result;
        }
        auto next = world_.next_event();
        if (deadline && (!next || *deadline < *next)) next = deadline;
        if (!next) throw Violation{"nothing will ever happen"};
        world_.pass_to(*next);
    }
}

FakeKernel::Notices FakeKernel::happened() {
    Notices result;
    if (world_.leaving) result.push_back(engine::Detach{});
    bool halt = world_.halting && world_.bug != Bug::forget_to_halt;
    if (halt && !std::exchange(halt_told_, true)) {
        result.push_back(engine::Shutdown{});
        world_.halted_at = world_.now().boot;
    }
    bool letters_first = world_.one_in(2);
    if (letters_first) add_letters(result);
    for (const std::string& name : std::exchange(world_.hints, {}))
        result.push_back(name.empty() ? engine::Rescan{} : engine::Rescan{name});
    if (!letters_first) add_letters(result);
    add_exits(result);
    add_ends_of_stop_commands(result);
    readiness_.add_notices(result);
    rules_.answer(result);
    return result;
}

void FakeKernel::add_letters(Notices& into) {
    for (auto [dir, directory] : held_) {
        std::string letters = std::exchange(world_.at(directory).letters, {});
        if (letters.empty()) continue;
        if (letters.find_first_of("uox") != std::string::npos)
            world_.at(directory).may_start_at_once = true;
        into.push_back(engine::ControlBytes{Dir(dir), letters});
    }
}

// The guardian tells of one at a time, and of the next when that is reaped.
void FakeKernel::add_exits(Notices& into) {
    for (auto [pid, serial] : adopted_) {
        const Process& process = world_.process(serial);
        if (!process.ended || !told_.insert(serial).second) continue;
        ExitResult how = world_.one_in(2) ? process.how : ExitResult{ExitResult::Kind::unknown, 0};
        into.push_back(engine::Death{Pid(pid), how});
    }
    auto zombie = world_.first_zombie();
    if (!ready_ || owed_ != Pid::none || !zombie) return;
    owed_ = world_.process(*zombie).pid;
    const Process& process = world_.process(*zombie);
    bool ran = process.executed || world_.bug == Bug::forget_the_unborn;
    into.push_back(engine::Death{owed_, process.how, ran});
    if (world_.bug == Bug::reap_before_write) {
        world_.reap(*zombie);
        owed_ = Pid::none;
    }
}

void FakeKernel::add_ends_of_stop_commands(Notices& into) {
    for (auto each = stop_commands_.begin(); each != stop_commands_.end();) {
        const auto& [dir, command] = *each;
        const bool is_over = command.ends_at <= world_.now().boot;
        const auto process = world_.processes.find(command.serial);
        if (is_over && process != world_.processes.end()) process->second.prepared = true;
        const bool is_told = is_over || world_.bug == Bug::end_at_once;
        if (is_told) into.push_back(engine::StopCommandEnded{Dir(dir)});
        each = is_told ? stop_commands_.erase(each) : std::next(each);
    }
}

void FakeKernel::check_progress(bool something) {
    const bool is_later = world_.now().boot > last_wait_ + 1ms;
    last_wait_ = world_.now().boot;
    waits_ = is_later ? 0 : waits_ + 1;
    empty_waits_ = is_later || something ? 0 : empty_waits_ + 1;
    if (empty_waits_ > empty_waits_at_one_moment || waits_ > waits_at_one_moment)
        throw Violation{"it spins"};
}

// What is shown is derived: the bytes on disk are those of the state.
void FakeKernel::check_states() const {
    if (engine_ == nullptr) return;
    for (const engine::Entry* entry : engine_->pool().all()) {
        const Unit& unit = entry->unit;
        if (unit.hold != Hold::held) continue;
        int directory = directory_of(unit.dir);
        auto expected = bytes_of({unit.service, world_.session(), false, entry->last_note});
        const Directory& each = world_.at(directory);
        bool written = entry->written && each.status == expected;
        world_.laws.check(Law::status_is_state, written, each.name, each.failed({Call::write}));
        auto living = world_.living(directory);
        bool known = !living || world_.process(*living).pid == unit.service.process.pid;
        world_.laws.check(Law::process_is_known, known, each.name);
        const auto said = living ? readiness_.known_since(unit.dir, *living) : std::nullopt;
        if (said && *said + 1s < world_.now().boot)
            world_.laws.check(Law::ready_is_known, core::is_ready(unit.service), each.name);
    }
}

// ---- directories ----

Listed FakeKernel::listed(const std::string& name, int directory) const {
    return {name, identity_of(directory), world_.at(directory).has_log};
}

Scan FakeKernel::scan(const std::optional<std::string>& name) {
    world_.begin_call("scan " + name.value_or("all"));
    Scan result;
    try {
        world_.may_fail_to_read_folder();
        auto entries = world_.links;
        if (name && name->starts_with('/')) entries = {{*name, *world_.find(*name)}};
        for (const auto& [each, directory] : entries) {
            if (name && *name != each) continue;
            try {
                world_.may_fail(directory, Call::scan, "stat " + each);
                result.found.push_back(listed(each, directory));
            } catch (const sys::Error& error) {
                result.errors.push_back({each, error.text(), error.code()});
            }
        }
    } catch (const sys::Error& error) {
        result.complete = name.has_value();
        result.errors.push_back({name.value_or("."), error.text(), error.code()});
    }
    world_.end_call();
    return result;
}

Claim FakeKernel::claim(const Listed& found) {
    world_.begin_call("claim " + found.name);
    auto directory = world_.find(found.name);
    bool same =
        directory && (found.directory == Identity{} || found.directory == identity_of(*directory));
    if (!same) throw sys::Error("unable to chdir to " + found.name, ENOENT);
    world_.may_fail(*directory, Call::claim, "acquire " + found.name + "/supervise/lock");
    bool locked = std::exchange(world_.at(*directory).locked, true);
    if (locked && world_.bug != Bug::two_locks)
        throw sys::Error("unable to acquire " + found.name + "/supervise/lock", EAGAIN);
    world_.at(*directory).was_held = true;
    for (auto& [serial, process] : world_.processes) {
        if (process.directory == *directory) process.lost = false;
    }
    held_[++last_dir_] = *directory;
    auto record = world_.record(*directory);
    const auto& history = world_.at(*directory).history;
    std::uint32_t last_note = record ? record->last_note : 0;
    if (last_note == 0 && !history.empty()) last_note = history.rbegin()->first;
    Claim result{Dir(last_dir_), world_.at(*directory).normally_down, record, last_note};
    world_.end_call();
    return result;
}

const Rules& FakeKernel::rules(Dir dir) const noexcept {
    return rules_.of(held_.at(static_cast<unsigned>(dir)));
}

const Waits& FakeKernel::waits(Dir dir) const noexcept {
    return rules_.waits_of(held_.at(static_cast<unsigned>(dir)));
}

Gate FakeKernel::look_at_rules(Dir dir) {
    return rules_.look(dir, directory_of(dir));
}

void FakeKernel::rename(Dir dir, const Listed& now) {
    world_.begin_call("rename " + now.name);
    world_.may_fail(directory_of(dir), Call::rename, "chdir to " + now.name);
    world_.end_call();
}

void FakeKernel::listen(Dir dir) {
    int directory = directory_of(dir);
    world_.begin_call("listen " + world_.at(directory).name);
    world_.may_fail(directory, Call::listen, "read control");
    const Directory& each = world_.at(directory);
    world_.laws.check(Law::status_before_listening, each.status.has_value(), each.name);
    world_.at(directory).listening = true;
    remember();
    world_.end_call();
}

void FakeKernel::open_log(Dir dir) {
    int directory = directory_of(dir);
    world_.begin_call("open_log " + world_.at(directory).name);
    world_.may_fail(directory, Call::open_log, "open log pipe");
    world_.at(directory).pipe_held = world_.bug != Bug::close_logs_early;
    world_.end_call();
}

void FakeKernel::close_log(Dir dir) {
    int directory = directory_of(dir);
    world_.begin_call("close_log " + world_.at(directory).name);
    world_.at(directory).pipe_held = false;
    world_.pipe_changed(directory);
    world_.end_call();
}

// What the engine before remembered is kept until this one has taken it over.
void FakeKernel::remember() {
    if (!ready_) return;
    world_.remembered.clear();
    for (auto [dir, directory] : held_) {
        bool is_log = world_.at(directory).name.ends_with("/log");
        if (!is_log && world_.at(directory).listening) world_.remembered.insert(directory);
    }
}

std::vector<Listed> FakeKernel::held_before() {
    world_.begin_call("held_before");
    std::vector<Listed> result;
    for (int directory : world_.remembered)
        result.push_back(listed("/" + std::to_string(directory), directory));
    world_.end_call();
    return result;
}

void FakeKernel::release(Dir dir) {
    int directory = directory_of(dir);
    world_.begin_call("release " + world_.at(directory).name);
    held_.erase(static_cast<unsigned>(dir));
    rules_.forget(dir);
    readiness_.forget(dir);
    stop_commands_.erase(static_cast<unsigned>(dir));
    Directory& each = world_.at(directory);
    each.locked = each.listening = each.pipe_held = false;
    remember();
    each.letters.clear();
    each.may_start_at_once = true;
    world_.pipe_changed(directory);
    world_.end_call();
}

int FakeKernel::directory_of(Dir dir) const {
    auto place = held_.find(static_cast<unsigned>(dir));
    bool held = place != held_.end();
    world_.laws.check(Law::held_directories_only, held, std::to_string(static_cast<unsigned>(dir)));
    return place->second;
}

void FakeKernel::write_status(Dir dir, const format::Record& record, const Notes& notes) {
    int directory = directory_of(dir);
    world_.begin_call("write_status " + world_.at(directory).name);
    world_.may_fail(directory, Call::write, "write status");
    write_notes(world_, directory, notes);
    world_.begin_call("write record " + world_.at(directory).name);
    world_.may_fail(directory, Call::write, "write status");
    bool lost = world_.bug == Bug::lose_writes && world_.one_in(20);
    if (!lost) write_record(world_, directory, record);
    world_.end_call();
}

}  // namespace hf::test
