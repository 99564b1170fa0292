// SPDX-License-Identifier: MIT
// What one engine does with processes.
#include <csignal>
#include <utility>

#include "disk.h"
#include "fake_kernel.h"
#include "laws.h"
#include "sys/error.h"

namespace hf::test {

using namespace core;
using engine::Dir;
using engine::Liveness;
using engine::Notes;
using namespace std::chrono_literals;

// A pid alone says nothing: the process must have been born when the record says, in this boot.
Liveness FakeKernel::liveness(const format::Record& record) {
    world_.begin_call("life");
    auto serial = world_.find_pid(record.service.process.pid);
    bool same_boot = record.session.boot == world_.session().boot;
    if (world_.bug == Bug::forget_the_boot) same_boot = true;
    Liveness result = Liveness::none;
    const bool forgets =
        world_.bug == Bug::forget_the_finish && record.service.state == State::finishing;
    if (has_any_process(record.service) && serial && same_boot && !forgets) {
        const Process& process = world_.process(*serial);
        bool fits = process.born <= record.service.changed.boot &&
                    process.born >= record.service.process.spawn_began;
        if (world_.bug == Bug::forget_the_birth || world_.bug == Bug::forget_the_boot) fits = true;
        if (fits && process.child) result = Liveness::child;
        if (fits && !process.child && !process.ended) {
            result = Liveness::orphan;
            adopted_[static_cast<int>(process.pid)] = *serial;
            world_.process(*serial).watched = true;
        }
    }
    world_.end_call();
    return result;
}

// What is in the pipe of a process that has ended while nobody held it open is lost.
void FakeKernel::await_ready(Dir dir, const Run& run) {
    const int directory = directory_of(dir);
    world_.begin_call("await_ready " + world_.at(directory).name);
    world_.may_fail(directory, Call::claim, "open supervise/ready");
    const auto serial = world_.living(directory);
    if (serial && world_.process(*serial).pid == run.pid) readiness_.await(dir, *serial);
    world_.end_call();
}

Started FakeKernel::spawn(Dir dir, const format::Record& child, const Notes& notes,
                          const Launch& launch) {
    int directory = directory_of(dir);
    const std::string& name = world_.at(directory).name;
    world_.begin_call("spawn " + name);
    try {
        world_.may_fail(directory, Call::start, "fork for " + name);
        Started started = make_process(directory, child, notes, launch);
        readiness_.forget(dir);
        if (launch.ready_fd || launch.notifies)
            readiness_.await(dir, *world_.find_pid(started.pid));
        world_.end_call();
        return started;
    } catch (const sys::Error& error) {
        if (launch.role == Role::finish) world_.at(directory).owes_finish = false;
        if (launch.role == Role::finish) throw;
        world_.at(directory).last = {ExitResult::Kind::not_started, error.code()};
        world_.at(directory).last_is_known = true;
        throw;
    }
}

Started FakeKernel::make_process(int directory, const format::Record& child, const Notes& notes,
                                 const Launch& launch) {
    int serial = world_.fork(directory);
    world_.spawning_pid = serial;
    Process& process = world_.process(serial);
    if (launch.output) process.writes_to = directory_of(*launch.output);
    if (launch.input) process.reads_from = directory_of(*launch.input);
    process.finishes = launch.role == Role::finish;
    process.notifies = launch.notifies;
    process.says_ready = launch.notifies || launch.ready_fd.has_value();
    try {
        Moment born = run_newborn(world_, serial, child, notes);
        world_.spawning_pid = -1;
        return {launch.role, process.pid, born};
    } catch (const sys::Error&) {
        world_.spawning_pid = -1;
        world_.end(serial, {ExitResult::Kind::exited, 111});
        throw;
    }
}

// One in some takes longer than it may.
void FakeKernel::run_stop_command(Dir dir, Pid pid) {
    world_.begin_call("run_stop_command " + world_.at(directory_of(dir)).name);
    const auto adopted = adopted_.find(static_cast<int>(pid));
    const auto serial =
        adopted != adopted_.end() ? std::optional(adopted->second) : world_.find_pid(pid);
    const Duration takes = world_.one_in(4) ? 60s : world_.pick(1500) * 1ms;
    if (serial) {
        Process& process = world_.process(*serial);  // an engine before may have begun
        if (!process.preparing_since || process.prepared)
            process.preparing_since = world_.now().boot;
        process.prepared = false;
        stop_commands_[static_cast<unsigned>(dir)] = {*serial, world_.now().boot + takes};
        world_.plan(takes, [] {});
    }
    world_.end_call();
}

void FakeKernel::call_hook(Dir dir, Hook, Pid) {
    if (!rules(dir).tells_well) return;
    world_.begin_call("call_hook " + world_.at(directory_of(dir)).name);
    world_.end_call();
}

void FakeKernel::signal(Pid pid, int number, core::Reach reach) {
    world_.begin_call("signal " + std::to_string(static_cast<int>(pid)));
    auto adopted = adopted_.find(static_cast<int>(pid));
    bool is_adopted = adopted != adopted_.end();
    auto serial = is_adopted ? std::optional(adopted->second) : world_.find_pid(pid);
    bool own = serial && world_.process(*serial).directory >= 0 &&
               (is_adopted || world_.process(*serial).child);
    world_.laws.check(Law::own_processes_only, own, std::to_string(static_cast<int>(pid)));
    check_stop_command(world_, world_.process(*serial), number);
    if (reach == core::Reach::group && number == SIGKILL && world_.bug != Bug::spare_the_group)
        world_.process(*serial).leaves = false;
    world_.signal(*serial, number);
    world_.end_call();
}

void FakeKernel::reap(Pid pid) {
    world_.begin_call("bury " + std::to_string(static_cast<int>(pid)));
    if (auto orphan = adopted_.extract(static_cast<int>(pid))) {
        world_.process(orphan.mapped()).reaped = true;
    } else {
        if (owed_ == pid) owed_ = Pid::none;
        auto serial = world_.find_pid(pid);
        if (serial && world_.process(*serial).child && world_.process(*serial).ended) {
            check_reaping(world_, world_.process(*serial));
            world_.reap(*serial);
        }
    }
    world_.end_call();
}

// The guardian takes the first that it hears, and stops everything.
void FakeKernel::main_exited(int exit_code) {
    world_.begin_call("conclude " + std::to_string(exit_code));
    check_conclusion(world_, exit_code);
    if (!std::exchange(world_.halting, true)) world_.exit_code = exit_code;
    world_.end_call();
}

void FakeKernel::say(const std::string& line) {
    world_.begin_call("say");
    world_.trace("says: " + line);
    ++world_.lines_said;
    world_.end_call();
}

}  // namespace hf::test
