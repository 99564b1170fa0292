// SPDX-License-Identifier: MIT
// What outlives an engine in the simulation: processes and zombies, service directories with their
// status bytes, log pipes, links, the two clocks, and what will happen when. Nothing here decides
// anything for the engine; but the laws are checked here, where the world sees them broken.
#pragma once

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <deque>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/graph.h"
#include "core/scan.h"
#include "core/service.h"
#include "format/history.h"
#include "format/status.h"
#include "tally.h"

namespace hf::test {

// The engine dies here. No std::exception, so that nothing in the engine can catch it.
struct Crash {};

// Bugs that can be planted into the kernel; the simulation must find each.
enum class Bug {
    none,
    reap_before_write,
    record_after_exec,
    spare_the_spawning,
    forget_the_boot,
    forget_the_birth,
    lose_deaths,
    lose_writes,
    two_locks,
    close_logs_early,
    forget_to_halt,
    forget_notes,
    forget_the_rules,
    forget_the_unborn,
    trust_any_file,
    miss_edits,
    lose_answers,
    lose_readiness,
    spare_the_group,
    ready_at_once,
    take_words_at_once,
    forget_needs,
    forget_the_order,
    forget_the_finish,
    end_at_once,
};

// What has a stop command is sent this signal, which no letter sends, so long after it at the
// latest.
inline constexpr int signal_after_command = SIGXCPU;
inline constexpr core::Duration stop_command_limit = std::chrono::seconds(2);

// Calls that concern a directory and may fail.
enum class Call : unsigned { scan, claim, rename, listen, open_log, write, start, rules };

// service.toml, and what stands in `supervise` of it.
struct RulesFile {
    int edit = 0;  // the number of the file; 0: there is none
    core::Time edited_at{};
    core::Rules rules{};
    core::Waits waits{};
    bool is_right = true;
    int accepted_edit = 0;  // 0: none
    core::Rules accepted{};
    core::Waits accepted_waits{};
    int refused_edit = 0;
};

struct Process {
    core::Pid pid{};
    int directory = -1;  // -1: a stranger
    core::Time born{};
    bool executed = false;
    bool ended = false;
    bool reaped = false;
    bool child = true;      // of the present guardian; else its end is nobody's business
    bool watched = false;   // as an orphan, by the present engine: its pid does not come back yet
    bool lost = false;      // an engine died that alone knew where its directory is
    bool deaf = false;      // to everything but SIGKILL
    bool leaves = false;    // others of its group live on when it ends
    bool finishes = false;  // it is a finish command
    std::optional<core::Time> preparing_since;  // its stop command was begun
    bool prepared = false;                      // ... and has ended
    bool stopped = false;
    bool pending_end = false;  // a signal waits until it is continued
    core::Duration obeys_after{};
    std::optional<core::Time> ends_at;
    core::ExitResult how{};
    unsigned exits_before = 0;   // as its record had it
    std::uint32_t start = 0;     // the number of its start in the history
    bool counted = false;        // its death stands in a record
    bool says_ready = false;     // through its FIFO
    bool notifies = false;       // ... or its socket
    bool word_is_taken = false;  // out of that
    std::optional<core::Time> ready_at;
    std::optional<core::Time> said_ready_at;
    int writes_to = -1;  // whose log pipe
    int reads_from = -1;
};

struct Directory {
    std::string name;
    int log = -1;  // the directory `log` in it
    bool has_log = false;
    bool normally_down = false;
    int start_error = 0;
    RulesFile file;
    bool short_lived = false;
    bool deaf = false;
    bool never_ready = false;
    std::optional<std::vector<std::byte>> status;
    std::map<std::uint32_t, format::Note> history;  // by number; without end
    bool locked = false;
    bool was_held = false;  // in this engine's life
    bool listening = false;
    unsigned failures = 0;     // a bit for each Call that has failed and not succeeded since
    std::string letters;       // in its control FIFO
    bool owes_finish = false;  // to what ran in it last
    std::optional<core::Time> last_exec;
    bool may_start_at_once = true;  // a person asked since, or it is new to the supervision
    core::ExitResult last{};        // of what executed in it, or why it could not
    bool last_is_known = true;      // to whoever supervises: not, if it was nobody's child
    // Its log pipe.
    bool pipe_held = false;  // by the engine
    int unread = 0;

    void note(Call call, bool failed) {
        const unsigned bit = 1U << static_cast<unsigned>(call);
        failures = failed ? failures | bit : failures & ~bit;
    }
    // Whether one of them failed when this engine tried it last.
    bool failed(std::initializer_list<Call> calls) const {
        return std::ranges::any_of(
            calls, [&](Call call) { return (failures >> static_cast<unsigned>(call) & 1) != 0; });
    }
};

class World {
  public:
    explicit World(std::uint64_t seed) : random_(seed) {}

    // ---- time ----
    core::Moment now() const;
    void step_wall_clock(core::Duration by) { wall_offset_ += by; }
    void plan(core::Duration in, std::function<void()> action);
    std::optional<core::Time> next_event() const;
    void pass_to(core::Time time);

    // ---- directories and links ----
    int make_directory(const std::string& name);
    void link(const std::string& name, int directory);
    void unlink(const std::string& name);
    void set_log(int directory, bool present);
    std::optional<int> find(const std::string& name) const;  // "a", "a/log", "/7", ...
    Directory& at(int directory) { return directories.at(static_cast<size_t>(directory)); }
    const Directory& at(int directory) const {
        return directories.at(static_cast<size_t>(directory));
    }
    std::optional<format::Record> record(int directory) const;
    bool is_linked(int directory) const;
    bool has_one_name(int directory) const;  // with another, nobody knows by which it goes
    bool is_reachable(int directory) const;  // by the next engine
    void write_letters(int directory, const std::string& letters);
    // Another service.toml: with these rules, or with a fault, or none.
    void edit_rules(int directory, const core::Rules& rules, bool is_right = true,
                    const core::Waits& waits = {});
    void remove_rules(int directory);

    // ---- processes ----
    int fork(int directory);  // returns its serial number; it has not executed anything
    void execute(int serial);
    void signal(int serial, int number);
    void end(int serial, core::ExitResult how);
    void reap(int serial);
    Process& process(int serial) { return processes.at(serial); }
    std::optional<int> find_pid(core::Pid pid) const;
    std::optional<int> living(int directory) const;
    std::optional<int> first_zombie() const;
    void start_stranger();
    void pipe_changed(int directory);

    // ---- engines, guardians, machines that end ----
    void engine_ended();
    void note_lost();  // whose directory the next engine cannot find
    void guardian_ended();
    void reboot();
    format::Session session() const;

    // ---- calls: faults and crashes ----
    void begin_call(const std::string& name);
    void end_call();
    // Throws sys::Error if this call is to fail. The `text` says what it is unable to do.
    void may_fail(int directory, Call call, const std::string& text);
    void may_fail_to_read_folder();
    void trace(const std::string& line) const;

    std::uint64_t pick(std::uint64_t bound) { return random_() % bound; }
    bool one_in(std::uint64_t number) { return pick(number) == 0; }

    std::map<std::string, int> links;
    std::set<std::string> hints;        // names to look at; "" is everything
    std::deque<Directory> directories;  // whose elements stay where they are
    std::map<int, Process> processes;   // by serial number; those that are reaped go in time
    std::set<int> remembered;           // the guardian's memory: directories that are held
    int spawning_pid = -1;              // the guardian's page: who is being made
    std::string main_service;           // what svscan --main names
    std::optional<int> exit_code;       // what the guardian keeps of its end
    bool engine_lives = false;          // and knows all that was left to it
    bool halting = false;
    std::optional<core::Time> halted_at;  // when the present engine was told
    bool leaving = false;
    bool guardian_dies = false;  // and the engine with it, at its next call
    bool machine_dies = false;

    bool verbose = false;
    Bug bug = Bug::none;
    std::uint64_t calls = 0;
    std::uint64_t crash_before = 0;  // numbers of calls; 0: none
    std::uint64_t crash_after = 0;
    std::uint64_t fail_at = 0;
    bool met = false;  // one of these calls, and it could crash there, or fail
    unsigned faults_per_mille = 0;
    std::uint64_t lines_said = 0;
    std::uint64_t exits = 0;
    std::uint64_t crashes = 0;
    std::uint64_t faults = 0;
    Tally laws;

  private:
    core::Pid free_pid();
    void pids_come_back();
    [[noreturn]] void crash();
    void check_pipe(int directory, bool writer, bool reader);
    void check_rules(const Process& process);
    void check_needs(const Process& process);
    void check_start(const Process& process);
    void execute_finish(Process& process);
    void open_pipes(const Process& process);
    std::optional<int> fault(const std::string& text);  // an errno, if the call is to fail

    std::mt19937_64 random_;
    core::Time now_{std::chrono::hours(1)};
    core::Duration wall_offset_{std::chrono::hours(24 * 365 * 56)};
    std::multimap<core::Time, std::function<void()>> agenda_;
    std::uint64_t session_ = 1;
    unsigned boot_ = 1;
    int last_serial_ = 0;
    int last_edit_ = 0;
};

}  // namespace hf::test
