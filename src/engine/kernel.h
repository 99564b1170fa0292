// SPDX-License-Identifier: MIT
// The seam between the engine and the world: all that the engine can ask for, by intent.
// LinuxKernel is the real one; test/sim has one with a virtual clock, faults and crashes.
//
// A call that "waits" waits for a file system: while one does not answer, a timer kills the engine,
// see attention.h. What one "throws" is sys::Error, and concerns one directory: the engine says so
// once, and tries again later. Any other call returns at once and cannot fail.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/graph.h"
#include "core/hooks.h"
#include "core/launch.h"
#include "core/scan.h"
#include "engine/notice.h"
#include "format/status.h"

namespace hf::engine {

// An entry of the scan directory that cannot be examined.
struct ScanError {
    std::string name;
    std::string text;  // "unable to stat NAME"
    int error;         // 0: `text` says it all; ENOENT: what it leads to is gone
};

struct Scan {
    std::vector<core::Listed> found;
    std::vector<ScanError> errors;  // what is neither is gone
    bool complete = true;           // false: it cannot be read now; nothing is known of the rest
};

struct Claim {
    Dir dir{};
    bool normally_down = false;
    std::optional<format::Record> record{};  // what the last supervision left
    std::uint32_t last_note = 0;             // the number of the last in the history
};

// What has happened since the record was written last, by number.
using Notes = std::vector<format::Note>;

// Whether the process in a record lives, and who reports its death.
enum class Liveness {
    none,    // there is no such process: it was reaped, or its death cannot be known any more
    child,   // our parent's, or ours if we are alone: its death will be reported, or is already due
    orphan,  // it lives, and its parent was an earlier guardian; a pidfd reports its death
};

class Kernel {
  public:
    Kernel() = default;
    Kernel(const Kernel&) = delete;
    Kernel& operator=(const Kernel&) = delete;
    virtual ~Kernel() = default;

    virtual core::Moment now() noexcept = 0;

    // All directories have been tried: from now on deaths are reported. Throws like reap().
    virtual void ready() = 0;

    // What has happened; blocks until something has, or until `deadline`; for ever without one.
    virtual std::vector<Notice> wait(std::optional<core::Time> deadline) = 0;

    // The directories in the scan directory, whole or those called `name`. Names with a leading
    // dot and what is no directory are left out. Waits; what fails is in the result.
    virtual Scan scan(const std::optional<std::string>& name) = 0;

    // Takes the supervision of the directory `found`, by its name in the scan directory. Waits,
    // throws.
    virtual Claim claim(const core::Listed& found) = 0;

    // What the administrator has set for it in service.toml, as it was accepted last. Most
    // directories have no such file, and share one object. It stays as it is until the next
    // look_at_rules() or wait().
    virtual const core::Rules& rules(Dir dir) const noexcept = 0;
    virtual const core::Waits& waits(Dir dir) const noexcept = 0;

    // Looks whether service.toml has changed. If so, it is read aside: RulesRead is what comes of
    // that. The gate is open if there is no file, or it is that which was accepted, or it is wrong,
    // and an earlier one was accepted. Waits; whatever goes wrong is said to the administrator,
    // once.
    virtual core::Gate look_at_rules(Dir dir) = 0;

    // The directory goes by another name now, and may stand elsewhere. Waits, throws.
    virtual void rename(Dir dir, const core::Listed& now) = 0;

    // Opens the control FIFO: the service answers. Its status stands there before. Waits, throws.
    virtual void listen(Dir dir) = 0;

    // The log pipe of a service keeps what is written, from open (waits, throws) to close.
    virtual void open_log(Dir dir) = 0;
    virtual void close_log(Dir dir) = 0;

    // The directories `foo` (not `foo/log`) that the engine before held, by other names: their
    // links may have gone meanwhile. What still runs is supervised until it exits.
    virtual std::vector<core::Listed> held_before() = 0;

    // Gives a directory back, with its lock. Nothing of it stays open.
    virtual void release(Dir dir) = 0;

    // Throws if there is a process that may be it and cannot be examined.
    virtual Liveness liveness(const format::Record& record) = 0;

    // Its process, which was started by an engine before, is to say that it is ready: ReadySaid
    // tells when to look. Waits, throws where it may be tried again.
    virtual void await_ready(Dir dir, const core::Run& run) = 0;

    // What the process that was started or awaited last has said and was not told yet, if anything.
    // Until this is asked again, and what was told last `is_recorded`, the next engine would hear
    // it, too.
    virtual std::optional<core::Event> next_said(Dir dir, bool is_recorded) = 0;

    // Starts what `launch` says. The notes, whose last is the start, and the record, with state
    // `up` or `finishing`, are completed and written by the child itself. Waits, also until it is
    // executed; throws if it is not.
    virtual core::Started spawn(Dir dir, const format::Record& child, const Notes& notes,
                                const core::Launch& launch) = 0;

    // Runs the stop command of a service beside its process `pid`, in place of one that still runs.
    // StopCommandEnded tells when it has ended, or cannot be run, which is said.
    virtual void run_stop_command(Dir dir, core::Pid pid) = 0;
    // Calls what is set for that, if anything is. `pid`: its process, or none.
    virtual void call_hook(Dir dir, core::Hook hook, core::Pid pid) = 0;

    // To a process of liveness() or spawn() that was not reaped; one that has died gets nothing,
    // but what is left of its group does.
    virtual void signal(core::Pid pid, int number, core::Reach reach) = 0;

    // First the notes into the history, then the record: what an engine that dies in between has
    // written, the next one writes again, in the same place. Waits, throws.
    virtual void write_status(Dir dir, const format::Record& record, const Notes& notes) = 0;

    // The death of `pid` is recorded and need not be reported again. Throws where the guardian
    // cannot be told: that ends the engine, and the next one hears of the death again.
    virtual void reap(core::Pid pid) = 0;

    // The one service that everything is there for has ended, and is not restarted. Whoever started
    // the supervision may want to know, and then says Shutdown; the others do not listen. It may be
    // said again, by the next engine too: the first time counts.
    virtual void main_exited(int exit_code) = 0;

    // One line for the administrator. What cannot be written at once is dropped.
    virtual void say(const std::string& line) = 0;
};

}  // namespace hf::engine
