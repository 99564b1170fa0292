// SPDX-License-Identifier: MIT
// The processes of the simulated world.
#include <algorithm>
#include <csignal>

#include "world.h"

namespace hf::test {

using namespace core;
using namespace std::chrono_literals;

namespace {

// Few, so that numbers come back soon.
constexpr int first_pid = 300;
constexpr int last_pid = 700;

}  // namespace

Pid World::free_pid() {
    for (;;) {
        Pid pid{first_pid + static_cast<int>(pick(last_pid - first_pid))};
        if (!find_pid(pid)) return pid;
    }
}

int World::fork(int directory) {
    Process process;
    process.pid = free_pid();
    process.directory = directory;
    process.born = now_;
    processes[++last_serial_] = process;
    return last_serial_;
}

// The first instruction of the user's program.
void World::execute(int serial) {
    Process& process = this->process(serial);
    Directory& directory = at(process.directory);
    laws.check(Law::one_process, !living(process.directory), directory.name);
    auto written = record(process.directory);
    bool is_written = written && written->service.process.pid == process.pid;
    laws.check(Law::written_before_born, is_written, directory.name);
    auto event = directory.history.find(written->last_note);
    const auto kind =
        process.finishes ? format::Note::Kind::finishing : format::Note::Kind::started;
    bool is_noted = event != directory.history.end() && event->second.pid == process.pid &&
                    event->second.kind == kind;
    laws.check(Law::start_in_history, is_noted, directory.name);
    process.start = written->last_note;
    if (!process.finishes) check_start(process);
    directory.owes_finish = false;
    process.executed = true;
    if (process.finishes) return execute_finish(process);
    directory.last_exec = now_;
    directory.may_start_at_once = false;
    process.exits_before = written->service.exits;
    process.deaf = directory.deaf;
    process.leaves = one_in(4);
    process.obeys_after = one_in(3) ? Duration(pick(3000) * 1ms) : 0ms;
    process.how = {ExitResult::Kind::exited, static_cast<int>(pick(4))};
    if (process.says_ready && !directory.never_ready)
        process.ready_at = now_ + (one_in(3) ? Duration::zero() : pick(3000) * 1ms);
    if (directory.short_lived)
        process.ends_at = now_ + (one_in(3) ? pick(100) * 1us : pick(2500) * 1ms);
    open_pipes(process);
}

void World::check_start(const Process& process) {
    const Directory& directory = at(process.directory);
    check_rules(process);
    check_needs(process);
    laws.check(Law::finish_follows, !directory.owes_finish, directory.name);
    bool too_soon = directory.last_exec && now_ < *directory.last_exec + 1s;
    laws.check(Law::restart_interval, !too_soon || directory.may_start_at_once, directory.name);
}

// One in some hangs.
void World::execute_finish(Process& process) {
    process.deaf = true;
    process.how = {ExitResult::Kind::exited, static_cast<int>(pick(2))};
    if (!one_in(5)) process.ends_at = now_ + (one_in(2) ? pick(100) * 1us : pick(1500) * 1ms);
    open_pipes(process);
}

// It has written a line by now.
void World::open_pipes(const Process& process) {
    if (process.writes_to >= 0) ++at(process.writes_to).unread;
    for (int pipe : {process.writes_to, process.reads_from}) {
        if (pipe >= 0) pipe_changed(pipe);
    }
}

void World::signal(int serial, int number) {
    Process& process = this->process(serial);
    if (process.ended) return;
    if (number == SIGKILL) return end(serial, {ExitResult::Kind::signaled, SIGKILL});
    if (number == SIGSTOP) process.stopped = true;
    if (number == SIGCONT) process.stopped = false;
    bool deadly = number != SIGSTOP && number != SIGCONT && !process.deaf;
    if (deadly) process.pending_end = true;
    if (!process.pending_end || process.stopped) return;
    process.pending_end = false;
    Time end = now_ + process.obeys_after;
    if (process.ends_at && *process.ends_at < end) return;
    process.ends_at = end;
    process.how = {ExitResult::Kind::signaled, deadly ? number : SIGTERM};
}

void World::end(int serial, ExitResult how) {
    Process& process = this->process(serial);
    if (process.ended) return;
    process.ended = true;
    process.how = how;
    ++exits;
    trace("death of " + std::to_string(static_cast<int>(process.pid)) + " " +
          (process.directory < 0 ? "stranger" : at(process.directory).name));
    if (process.executed && process.writes_to >= 0) ++at(process.writes_to).unread;
    if (process.executed && !process.finishes) {
        Directory& directory = at(process.directory);
        directory.last = how;
        directory.last_is_known = process.child;
        directory.owes_finish = process.child && !process.lost &&
                                directory.file.accepted_edit != 0 &&
                                directory.file.accepted.finish != 0;
    }
    if (!process.child) process.reaped = !process.watched;
    for (int pipe : {process.writes_to, process.reads_from}) {
        if (pipe >= 0) pipe_changed(pipe);
    }
}

void World::reap(int serial) {
    processes.erase(serial);
}

std::optional<int> World::find_pid(Pid pid) const {
    for (const auto& [serial, each] : processes) {
        if (each.pid == pid && !each.reaped) return serial;
    }
    return std::nullopt;
}

std::optional<int> World::living(int directory) const {
    for (const auto& [serial, each] : processes) {
        if (each.directory == directory && each.executed && !each.ended) return serial;
    }
    return std::nullopt;
}

std::optional<int> World::first_zombie() const {
    for (const auto& [serial, each] : processes) {
        if (each.child && each.ended && !each.reaped) return serial;
    }
    return std::nullopt;
}

void World::start_stranger() {
    int serial = fork(-1);
    process(serial).child = one_in(4);
    process(serial).ends_at = now_ + pick(100) * 1s;
}

// A reader takes what is there at once, and ends by itself at the end of its input: soon, or late.
void World::pipe_changed(int directory) {
    Directory& main = at(directory);
    bool writer = main.pipe_held;
    Process* reader = nullptr;
    for (auto& [serial, each] : processes) {
        if (!each.executed || each.ended) continue;
        if (each.writes_to == directory) writer = true;
        if (each.reads_from == directory) reader = &each;
    }
    check_pipe(directory, writer, reader != nullptr);
    if (reader != nullptr && !reader->stopped) main.unread = 0;
    if (writer) return;
    if (reader == nullptr) main.unread = 0;
    if (reader != nullptr && !reader->ends_at)
        reader->ends_at = now_ + (reader->deaf ? 3000ms : 1ms);
}

// As long as a service is supervised its pipe has no end, and what was written there stays.
void World::check_pipe(int directory, bool writer, bool reader) {
    const Directory& main = at(directory);
    auto written = record(directory);
    bool over = written && written->released;
    if (!engine_lives || over || !is_linked(directory) || !main.locked || !main.has_log) return;
    if (!hints.empty()) return;  // it may not know yet that there is a log
    bool failed = main.failed({Call::open_log, Call::scan, Call::write});
    if (reader) return laws.check(Law::no_early_end_of_file, writer, main.name, failed);
    laws.check(Law::no_line_lost, writer || main.unread == 0, main.name, failed);
}

}  // namespace hf::test
