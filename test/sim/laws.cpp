// SPDX-License-Identifier: MIT
#include "laws.h"

#include <algorithm>
#include <cerrno>

namespace hf::test {

using namespace core;

namespace {

// What a shell says of the end of a program; -1 if it has not run.
int shell_code(const ExitResult& how) {
    using Kind = ExitResult::Kind;
    if (how.kind == Kind::exited) return how.value;
    if (how.kind == Kind::signaled || how.kind == Kind::dumped) return 128 + how.value;
    if (how.kind == Kind::not_started) return how.value == ENOENT ? 127 : 126;
    return -1;
}

// A logger is taken after its service.
bool failed_to_take(const World& world, int directory) {
    return std::ranges::any_of(world.directories, [&](const Directory& each) {
        bool concerns = &each == &world.at(directory) || each.log == directory;
        return concerns && each.failed({Call::scan, Call::claim, Call::write, Call::listen});
    });
}

// What is to run once does not rest because of a process that never became its program.
void check_rest(World& world, int directory, const Service& service) {
    auto before = world.record(directory);
    bool rests = service.state == State::down && service.want == Want::once &&
                 service.last.kind != ExitResult::Kind::not_started;
    if (!rests || !before || !has_process(before->service)) return;
    auto serial = world.find_pid(before->service.process.pid);
    if (!serial || world.process(*serial).directory != directory) return;
    world.laws.check(Law::once_runs, world.process(*serial).executed, world.at(directory).name);
}

// Between its start and the next there is its end, once, and nothing is missing.
void check_history(World& world, const Directory& directory, const Process& process) {
    using Kind = format::Note::Kind;
    const Kind start = process.finishes ? Kind::finishing : Kind::started;
    int ends = 0;
    std::uint32_t expected = process.start;
    const std::uint32_t last = world.record(process.directory)->last_note;
    for (auto each = directory.history.find(process.start); each != directory.history.end();
         ++each) {
        const auto& [number, event] = *each;
        if (number > last) break;  // of an engine that died before its record
        world.laws.check(Law::no_event_missing, number == expected++, directory.name);
        if (event.kind == start && event.pid != process.pid) break;
        bool is_end = event.kind == Kind::exited || event.kind == Kind::signaled ||
                      event.kind == Kind::dumped || event.kind == Kind::ended;
        if (process.finishes) is_end = event.kind == Kind::finished;
        if (is_end && event.pid == process.pid) ++ends;
    }
    world.laws.check(Law::death_in_history_once, ends == 1, directory.name);
}

// What says so is ready, and nothing else.
void check_ready(World& world, int directory, const Service& service) {
    const auto serial = world.living(directory);
    if (!serial || !service.says_ready || !service.ready_since) return;
    const Process& process = world.process(*serial);
    if (service.process.pid != process.pid) return;
    world.laws.check(Law::ready_if_it_says, process.said_ready_at.has_value(),
                     world.at(directory).name);
}

// When everything stops, nobody who runs loses what it needs. Who was told once may be told again.
void check_stop_order(World& world, int directory, const Service& service) {
    constexpr Duration patience = std::chrono::seconds(59);
    constexpr Duration fresh = std::chrono::milliseconds(100);  // it may not be read yet
    const auto before = world.record(directory);
    const bool is_told = service.shutting_down && before && !before->service.shutting_down;
    if (!is_told || !has_process(service) || !world.halted_at) return;
    if (world.now().boot > *world.halted_at + patience || !world.has_one_name(directory)) return;
    for (const auto& [name, each] : world.links) {
        const Directory& other = world.at(each);
        const auto& needs = other.file.accepted_waits.needs;
        const bool names_it = std::ranges::any_of(needs, [&](const std::string& need) {
            return world.links.contains(need) && world.links.at(need) == directory;
        });
        const bool is_fresh = world.now().boot - other.file.edited_at < fresh;
        if (each == directory || other.file.accepted_edit == 0 || !names_it || is_fresh) continue;
        const auto written = world.record(each);
        const bool runs = other.locked && written && has_any_process(written->service);
        world.laws.check(
            Law::stops_in_order, !runs, world.at(directory).name + " by " + other.name,
            other.failed({Call::write, Call::claim, Call::scan, Call::rename, Call::rules}));
    }
}

}  // namespace

// The deaths that it tells of are recorded.
void check_record(World& world, int directory, const format::Record& record) {
    check_rest(world, directory, record.service);
    check_ready(world, directory, record.service);
    check_stop_order(world, directory, record.service);
    const Service& service = record.service;
    for (auto& [serial, process] : world.processes) {
        if (process.directory != directory || !process.ended || process.finishes ||
            service.process.pid == process.pid)
            continue;
        if (service.exits != process.exits_before + 1) continue;
        bool known =
            service.last == process.how || service.last.kind == ExitResult::Kind::not_started;
        if (known) process.counted = true;
        if (!process.child || !process.executed || process.lost) continue;
        world.laws.check(Law::ending_is_known, known, world.at(directory).name);
    }
}

// Written before reaped: no record speaks of the dead as living, and the death is counted, once.
void check_reaping(World& world, const Process& process) {
    if (process.directory < 0 || process.lost) return;
    const Directory& directory = world.at(process.directory);
    auto record = world.record(process.directory);
    if (!record) return;
    const Service& service = record->service;
    bool written = service.process.pid != process.pid || !has_any_process(service);
    bool failed = directory.failed({Call::write}) ||
                  (!directory.locked && failed_to_take(world, process.directory));
    world.laws.check(Law::written_before_buried, written, directory.name, failed);
    if (!process.executed || !directory.locked) return;
    if (process.finishes && !failed) return check_history(world, directory, process);
    if (process.finishes) return;
    if (directory.file.accepted_edit != 0 && directory.file.accepted.kills_group)
        world.laws.check(Law::group_is_cleared, !process.leaves, directory.name, failed);
    bool once = process.counted && service.exits <= process.exits_before + 1;
    world.laws.check(Law::death_counted_once, once, directory.name, failed);
    if (once && !failed) check_history(world, directory, process);
}

// What it was to get first has had its time. The rules may be others than when its stop began.
void check_stop_command(World& world, const Process& process, int number) {
    constexpr Duration while_it_stops = std::chrono::seconds(8);
    if (number != signal_after_command) return;
    const Directory& directory = world.at(process.directory);
    const bool had_its_time = process.preparing_since &&
                              world.now().boot >= *process.preparing_since + stop_command_limit;
    const bool is_edited = world.now().boot < directory.file.edited_at + while_it_stops;
    world.laws.check(Law::stop_command_first, process.prepared || had_its_time, directory.name,
                     is_edited);
}

void check_conclusion(World& world, int code) {
    const std::string& name = world.main_service;
    int directory = world.find(name).value();
    const Directory& each = world.at(directory);
    world.laws.check(Law::concluded_after_the_end, !world.living(directory), name);
    auto written = world.record(directory);
    world.laws.check(Law::written_before_concluded, written && final_code(written->service) == code,
                     name, each.failed({Call::write}));
    bool unknown = !each.last_is_known && code == 111;
    world.laws.check(Law::concluded_truly, code == shell_code(each.last) || unknown, name,
                     each.failed({Call::open_log}) && (code == 126 || code == 127));
}

void check_order(World& world) {
    for (size_t i = 0; i < world.directories.size(); ++i) {
        int directory = static_cast<int>(i);
        const Directory& each = world.at(directory);
        if (!world.is_linked(directory)) continue;
        auto living = world.living(directory);
        world.laws.check(Law::all_supervised, each.locked && each.listening, each.name);
        world.laws.check(Law::all_up, living.has_value(), each.name);
        auto record = world.record(directory);
        bool known = record && record->service.process.pid == world.process(*living).pid;
        world.laws.check(Law::all_known, known, each.name);
    }
    auto zombie = world.first_zombie();
    bool reaped = !zombie || world.process(*zombie).directory < 0;
    world.laws.check(Law::all_buried, reaped, "");
}

void check_halted(World& world) {
    for (const auto& [serial, each] : world.processes) {
        if (each.directory < 0 || !each.executed || each.lost) continue;
        const Directory& directory = world.at(each.directory);
        world.laws.check(Law::all_stopped, each.ended, directory.name,
                         !directory.locked && failed_to_take(world, each.directory));
    }
    for (size_t i = 0; i < world.directories.size(); ++i) {
        const Directory& each = world.directories[i];
        world.laws.check(Law::all_given_back, !each.locked && !each.pipe_held, each.name);
        auto record = world.record(static_cast<int>(i));
        if (!record || !each.was_held) continue;
        world.laws.check(Law::all_released, record->released, each.name,
                         each.failed({Call::claim, Call::write, Call::listen}));
    }
}

}  // namespace hf::test
