// SPDX-License-Identifier: MIT
#include "disk.h"

#include "laws.h"
#include "sys/error.h"

namespace hf::test {

void write_notes(World& world, int directory, const engine::Notes& notes) {
    if (world.bug == Bug::forget_notes && world.one_in(20)) return;
    for (const format::Note& event : notes) world.at(directory).history[event.number] = event;
}

void write_record(World& world, int directory, const format::Record& record) {
    check_record(world, directory, record);
    world.at(directory).status = bytes_of(record);
    if (record.released) world.at(directory).may_start_at_once = true;
}

std::vector<std::byte> bytes_of(const format::Record& record) {
    auto bytes = format::encode(record);
    return {bytes.begin(), bytes.end()};
}

core::Moment run_newborn(World& world, int serial, const format::Record& child,
                         engine::Notes notes) {
    Process& process = world.process(serial);
    const int directory = process.directory;
    const std::string name = world.at(directory).name;
    world.begin_call("newborn writes " + name);
    world.may_fail(directory, Call::start, "write status of " + name);
    core::Moment born = world.now();
    format::RecordBytes record = format::encode(child);
    format::stamp(record, process.pid, born);
    notes.back().pid = process.pid;
    write_notes(world, directory, notes);
    world.begin_call("newborn writes record " + name);
    auto write = [&] { write_record(world, directory, format::decode(record).value()); };
    if (world.bug != Bug::record_after_exec) write();
    world.begin_call("newborn executes " + name);
    world.may_fail(directory, Call::start, "start " + name + "/run");
    if (int error = world.at(directory).start_error; error != 0 && !process.finishes)
        throw sys::Error("unable to start " + name + "/run", error);
    if (world.bug == Bug::record_after_exec) {
        process.executed = true;
        world.begin_call("record after exec");
        write();
        process.executed = false;
    }
    world.execute(serial);
    return born;
}

void go_on(World& world, int serial) {
    const int directory = world.process(serial).directory;
    const bool finishes = world.process(serial).finishes;
    if (world.at(directory).start_error != 0 && !finishes)
        return world.end(serial, {core::ExitResult::Kind::exited, 111});
    world.execute(serial);
    if (finishes) return;
    world.at(directory).last_exec = world.record(directory)->service.started;  // the rule's start
}

}  // namespace hf::test
