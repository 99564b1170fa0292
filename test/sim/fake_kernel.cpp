// SPDX-License-Identifier: MIT
#include "fake_kernel.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "sys/error.h"

namespace hf::test {

using namespace core;
using engine::Claimed;
using engine::Dir;
using engine::Happening;
using engine::Life;
using engine::Notes;
using engine::Scan;
using engine::Wiring;
using namespace std::chrono_literals;

namespace {

constexpr int waits_at_one_moment = 50;

Identity identity_of(int directory) {
    return {1, static_cast<std::uint64_t>(directory) + 1};
}

std::vector<std::byte> bytes_of(const format::RecordBytes& bytes) {
    return {bytes.begin(), bytes.end()};
}

}  // namespace

FakeKernel::FakeKernel(World& world) : world_(world) {
    if (world_.bug != Bug::spare_the_unborn) end_unborn();
    world_.unborn = -1;
    world_.hints.clear();
    world_.note_lost();
    while (world_.bug == Bug::lose_deaths && world_.first_zombie())
        world_.process(*world_.first_zombie()).reaped = true;
}

// What the engine before was making must not come into the world now.
void FakeKernel::end_unborn() {
    if (world_.unborn < 0) return;
    world_.end(world_.unborn, {Ending::Kind::signaled, SIGKILL});
}

Moment FakeKernel::now() {
    return world_.now();
}

void FakeKernel::ready() {
    world_.begin_call("ready");
    ready_ = world_.engine_lives = true;
    remember();
    world_.end_call();
}

// ---- what happens ----

std::vector<Happening> FakeKernel::wait(std::optional<Time> deadline) {
    world_.begin_call("wait");
    check_states();
    for (;;) {
        Happenings result = happened();
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

FakeKernel::Happenings FakeKernel::happened() {
    Happenings result;
    if (world_.leaving) result.push_back(engine::Leave{});
    bool halt = world_.halting && world_.bug != Bug::forget_to_halt;
    if (halt && !std::exchange(halt_told_, true)) result.push_back(engine::Halt{});
    bool letters_first = world_.one_in(2);
    if (letters_first) add_letters(result);
    for (const std::string& name : std::exchange(world_.hints, {}))
        result.push_back(name.empty() ? engine::Look{} : engine::Look{name});
    if (!letters_first) add_letters(result);
    add_deaths(result);
    return result;
}

void FakeKernel::add_letters(Happenings& into) {
    for (auto [dir, directory] : held_) {
        std::string letters = std::exchange(world_.at(directory).letters, {});
        if (letters.empty()) continue;
        if (letters.find_first_of("uox") != std::string::npos)
            world_.at(directory).may_start_at_once = true;
        into.push_back(engine::Letters{Dir(dir), letters});
    }
}

// The guardian tells of one at a time, and of the next when that is buried.
void FakeKernel::add_deaths(Happenings& into) {
    for (auto [pid, serial] : adopted_) {
        const Process& process = world_.process(serial);
        if (!process.ended || !told_.insert(serial).second) continue;
        Ending how = world_.one_in(2) ? process.how : Ending{Ending::Kind::unknown, 0};
        into.push_back(engine::Death{Pid(pid), how});
    }
    auto zombie = world_.first_zombie();
    if (!ready_ || owed_ != Pid::none || !zombie) return;
    owed_ = world_.process(*zombie).pid;
    into.push_back(engine::Death{owed_, world_.process(*zombie).how});
    if (world_.bug == Bug::bury_before_write) {
        world_.reap(*zombie);
        owed_ = Pid::none;
    }
}

void FakeKernel::check_progress(bool something) {
    if (something || world_.now().boot > last_empty_wait_ + 1ms) {
        empty_waits_ = 0;
        last_empty_wait_ = world_.now().boot;
    } else if (++empty_waits_ > waits_at_one_moment) {
        throw Violation{"it spins"};
    }
}

// What is shown is derived: the bytes on disk are those of the state.
void FakeKernel::check_states() const {
    if (engine_ == nullptr) return;
    for (const engine::Entry* entry : engine_->pool().all()) {
        if (!entry->dir || entry->unsaved) continue;
        int directory = directory_of(*entry->dir);
        auto expected = format::encode(
            {entry->service, world_.session(), entry->conceived, false, entry->last_note});
        if (world_.at(directory).status != bytes_of(expected))
            throw Violation{"the status is not the state: " + world_.at(directory).name};
        auto living = world_.living(directory);
        if (living && world_.process(*living).pid != entry->service.pid)
            throw Violation{"a process that is not known: " + world_.at(directory).name};
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
        world_.may_fail(-1, "read directory");
        auto entries = world_.links;
        if (name && name->starts_with('/')) entries = {{*name, *world_.find(*name)}};
        for (const auto& [each, directory] : entries) {
            if (name && *name != each) continue;
            try {
                world_.may_fail(directory, "stat " + each);
                result.found.push_back(listed(each, directory));
            } catch (const sys::Error& error) {
                result.unseen.push_back({each, error.text(), error.code()});
            }
        }
    } catch (const sys::Error& error) {
        result.complete = name.has_value();
        for (Directory& each : world_.directories_) each.troubled = true;
        result.unseen.push_back({name.value_or("."), error.text(), error.code()});
    }
    world_.end_call();
    return result;
}

Claimed FakeKernel::claim(const Listed& found) {
    world_.begin_call("claim " + found.name);
    auto directory = world_.find(found.name);
    bool same =
        directory && (found.directory == Identity{} || found.directory == identity_of(*directory));
    if (!same) throw sys::Error("unable to chdir to " + found.name, ENOENT);
    world_.may_fail(*directory, "acquire " + found.name + "/supervise/lock");
    bool locked = std::exchange(world_.at(*directory).locked, true);
    if (locked && world_.bug != Bug::two_locks)
        throw sys::Error("unable to acquire " + found.name + "/supervise/lock", EAGAIN);
    world_.at(*directory).was_held = true;
    for (auto& [serial, process] : world_.processes_) {
        if (process.directory == *directory) process.lost = false;
    }
    held_[++last_dir_] = *directory;
    auto record = world_.record(*directory);
    const auto& history = world_.at(*directory).history;
    std::uint32_t last_note = record ? record->last_note : 0;
    if (last_note == 0 && !history.empty()) last_note = history.rbegin()->first;
    Claimed result{Dir(last_dir_), world_.at(*directory).normally_down, record, last_note};
    world_.end_call();
    return result;
}

void FakeKernel::rename(Dir dir, const Listed& now) {
    world_.begin_call("rename " + now.name);
    world_.may_fail(directory_of(dir), "chdir to " + now.name);
    world_.end_call();
}

void FakeKernel::listen(Dir dir) {
    int directory = directory_of(dir);
    world_.begin_call("listen " + world_.at(directory).name);
    world_.may_fail(directory, "read control");
    if (!world_.at(directory).status) throw Violation{"it listens before there is a status"};
    world_.at(directory).listening = true;
    remember();
    world_.end_call();
}

void FakeKernel::open_log(Dir dir) {
    int directory = directory_of(dir);
    world_.begin_call("open_log " + world_.at(directory).name);
    world_.may_fail(directory, "open log pipe");
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
    if (place == held_.end()) throw Violation{"a directory that is not held"};
    return place->second;
}

void FakeKernel::write_status(Dir dir, const format::Record& record, const Notes& notes) {
    int directory = directory_of(dir);
    world_.begin_call("write_status " + world_.at(directory).name);
    world_.may_fail(directory, "write status");
    store(directory, notes);
    world_.begin_call("write record " + world_.at(directory).name);
    world_.may_fail(directory, "write status");
    bool lost = world_.bug == Bug::lose_writes && world_.one_in(20);
    if (!lost) store(directory, record);
    world_.end_call();
}

void FakeKernel::store(int directory, const Notes& notes) {
    if (world_.bug == Bug::forget_notes && world_.one_in(20)) return;
    for (const format::Note& event : notes) world_.at(directory).history[event.number] = event;
}

// The bytes come to stand in the file; the deaths that they tell of are recorded.
void FakeKernel::store(int directory, const format::Record& record) {
    Directory& each = world_.at(directory);
    each.status = bytes_of(format::encode(record));
    if (record.released) each.may_start_at_once = true;
    const Service& service = record.service;
    for (auto& [serial, process] : world_.processes_) {
        if (process.directory != directory || !process.ended || service.pid == process.pid)
            continue;
        bool known = service.last == process.how || service.last.kind == Ending::Kind::not_started;
        if (service.deaths != process.deaths_before + 1) continue;
        if (known) process.counted = true;
        bool excused = !process.child || !process.executed || process.lost || each.troubled;
        if (!known && !excused) throw Violation{"an ending is not known: " + each.name};
    }
}

// ---- processes ----

// A pid alone says nothing: the process must have been born when the record says, in this boot.
Life FakeKernel::life(const format::Record& record) {
    world_.begin_call("life");
    auto serial = world_.find_pid(record.service.pid);
    bool same_boot = record.session.boot == world_.session().boot;
    if (world_.bug == Bug::forget_the_boot) same_boot = true;
    Life result = Life::none;
    if (has_process(record.service) && serial && same_boot) {
        const Process& process = world_.process(*serial);
        bool fits = process.born <= record.service.started && process.born >= record.conceived;
        if (world_.bug == Bug::forget_the_birth || world_.bug == Bug::forget_the_boot) fits = true;
        if (fits && process.child) result = Life::child;
        if (fits && !process.child && !process.ended) {
            result = Life::alien;
            adopted_[static_cast<int>(process.pid)] = *serial;
            world_.process(*serial).watched = true;
        }
    }
    world_.end_call();
    return result;
}

Started FakeKernel::spawn(Dir dir, const format::Record& newborn, const Notes& notes,
                          const Wiring& wiring) {
    int directory = directory_of(dir);
    const std::string& name = world_.at(directory).name;
    world_.begin_call("spawn " + name);
    world_.may_fail(directory, "fork for " + name);

    int serial = world_.fork(directory);
    world_.unborn = serial;
    Process& process = world_.process(serial);
    if (wiring.end == Wiring::End::writes) process.writes_to = directory_of(wiring.of);
    if (wiring.end == Wiring::End::reads) process.reads_from = directory_of(wiring.of);
    try {
        Moment born = newborn_runs(serial, directory, newborn, notes);
        world_.unborn = -1;
        world_.end_call();
        return {world_.process(serial).pid, born};
    } catch (const sys::Error&) {
        world_.unborn = -1;
        world_.end(serial, {Ending::Kind::exited, 111});
        throw;
    }
}

// The newborn writes its own record, then executes; the engine may die meanwhile.
Moment FakeKernel::newborn_runs(int serial, int directory, const format::Record& newborn,
                                Notes notes) {
    const std::string name = world_.at(directory).name;
    world_.begin_call("newborn writes " + name);
    world_.may_fail(directory, "write status of " + name);
    Moment born = world_.now();
    format::RecordBytes record = format::encode(newborn);
    format::stamp(record, world_.process(serial).pid, born);
    notes.back().pid = world_.process(serial).pid;
    store(directory, notes);
    world_.begin_call("newborn writes record " + name);
    auto write = [&] { store(directory, format::decode(record).value()); };
    if (world_.bug != Bug::record_after_exec) write();
    world_.begin_call("newborn executes " + name);
    world_.may_fail(directory, "start " + name + "/run");
    if (world_.at(directory).start_error != 0)
        throw sys::Error("unable to start " + name + "/run", world_.at(directory).start_error);
    if (world_.bug == Bug::record_after_exec) {
        world_.process(serial).executed = true;
        world_.begin_call("record after exec");
        write();
        world_.process(serial).executed = false;
    }
    world_.execute(serial);
    return born;
}

void FakeKernel::signal(Pid pid, int number) {
    world_.begin_call("signal " + std::to_string(static_cast<int>(pid)));
    auto adopted = adopted_.find(static_cast<int>(pid));
    if (adopted != adopted_.end()) {
        if (world_.process(adopted->second).directory < 0)
            throw Violation{"a stranger is signalled"};
        world_.signal(adopted->second, number);
    } else {
        auto serial = world_.find_pid(pid);
        if (!serial || world_.process(*serial).directory < 0 || !world_.process(*serial).child)
            throw Violation{"a stranger is signalled"};
        world_.signal(*serial, number);
    }
    world_.end_call();
}

void FakeKernel::bury(Pid pid) {
    world_.begin_call("bury " + std::to_string(static_cast<int>(pid)));
    if (auto orphan = adopted_.extract(static_cast<int>(pid))) {
        world_.process(orphan.mapped()).reaped = true;
    } else {
        if (owed_ == pid) owed_ = Pid::none;
        auto serial = world_.find_pid(pid);
        if (serial && world_.process(*serial).child && world_.process(*serial).ended) {
            check_burial(world_.process(*serial));
            world_.reap(*serial);
        }
    }
    world_.end_call();
}

// Written before buried: no record speaks of the dead as living, and the death is counted, once.
void FakeKernel::check_burial(const Process& process) const {
    if (process.directory < 0 || process.lost) return;
    const Directory& directory = world_.at(process.directory);
    auto record = world_.record(process.directory);
    if (directory.troubled || !record) return;
    const Service& service = record->service;
    if (service.pid == process.pid && has_process(service))
        throw Violation{"buried before it was written: " + directory.name};
    if (!process.executed || !directory.locked) return;
    if (!process.counted || service.deaths > process.deaths_before + 1)
        throw Violation{"a death is not counted once: " + directory.name};
    check_history(directory, process);
}

// Between its start and the next there is its end, once, and nothing is missing.
void FakeKernel::check_history(const Directory& directory, const Process& process) {
    using Kind = format::Note::Kind;
    int ends = 0;
    std::uint32_t expected = process.start;
    for (auto each = directory.history.find(process.start); each != directory.history.end();
         ++each) {
        const auto& [number, event] = *each;
        if (number != expected++) throw Violation{"an event is missing: " + directory.name};
        if (event.kind == Kind::started && event.pid != process.pid) break;
        bool is_end = event.kind == Kind::exited || event.kind == Kind::signaled ||
                      event.kind == Kind::dumped || event.kind == Kind::ended;
        if (is_end && event.pid == process.pid) ++ends;
    }
    if (ends != 1) throw Violation{"a death is not once in the history: " + directory.name};
}

void FakeKernel::say(const std::string& line) {
    world_.begin_call("say");
    world_.trace("says: " + line);
    ++world_.lines_said;
    world_.end_call();
}

}  // namespace hf::test
