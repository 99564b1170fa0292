// SPDX-License-Identifier: MIT
// The seam between the engine and the world: all that the engine can ask for, by intent.
// LinuxKernel is the real one; test/sim has one with a virtual clock, faults and crashes.
//
// No call may block for long. A call that concerns one service directory throws sys::Error when it
// cannot be done; the engine says so once and tries again later.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/scan.h"
#include "core/service.h"
#include "format/history.h"
#include "format/status.h"

namespace hf::engine {

// A service directory that is held: its lock is ours.
enum class Dir : unsigned {};

// What can happen. `Death` is said again, to the next engine too, until bury() was called.
struct Death {
    core::Pid pid;
    core::Ending how;
};
struct Letters {
    Dir dir;
    std::string bytes;  // what stood in its control FIFO
};
struct Look {
    std::optional<std::string> name;  // none: anything in the folder may have changed
};
struct Halt {};   // stop everything in order, then leave
struct Leave {};  // leave at once, and touch nothing
using Happening = std::variant<Death, Letters, Look, Halt, Leave>;

// An entry of the folder that cannot be examined.
struct Unseen {
    std::string name;
    std::string text;  // "unable to stat NAME"
    int error;
};

struct Scan {
    std::vector<core::Listed> found;
    std::vector<Unseen> unseen;
    bool complete = true;  // false: the folder cannot be read now; nothing is known of the rest
};

struct Claimed {
    Dir dir{};
    bool normally_down = false;
    std::optional<format::Record> record{};  // what the last supervision left
    std::uint32_t last_note = 0;             // the number of the last in the history
};

// What has happened since the record was written last, by number.
using Notes = std::vector<format::Note>;

// Which ends of which log pipe a process gets: the one of the directory held as `of`.
struct Wiring {
    enum class End { none, writes, reads } end = End::none;
    Dir of{};
};

// Whether the process that a record speaks of lives.
enum class Life {
    none,   // there is no such process; its death was buried, or nobody knows of it
    child,  // its death will be reported, even if it has died already
    alien,  // it lives and is nobody's child here; kernel reports its death all the same
};

class Kernel {
  public:
    Kernel() = default;
    Kernel(const Kernel&) = delete;
    Kernel& operator=(const Kernel&) = delete;
    virtual ~Kernel() = default;

    virtual core::Moment now() = 0;

    // What was left is taken over: from now on everything that is asked is done.
    virtual void ready() = 0;

    // What has happened; waits for it until `deadline`, for ever without one.
    virtual std::vector<Happening> wait(std::optional<core::Time> deadline) = 0;

    // The directories in the service folder, whole or those called `name`. Names with a leading
    // dot and what is no directory are left out.
    virtual Scan scan(const std::optional<std::string>& name) = 0;

    // Takes the supervision of the directory `name` (relative to the folder) that `found` was.
    virtual Claimed claim(const core::Listed& found) = 0;

    // The directory goes by another name now, and may stand elsewhere.
    virtual void rename(Dir dir, const core::Listed& now) = 0;

    // Opens the control FIFO: from now on the service answers. The status stands there before.
    virtual void listen(Dir dir) = 0;

    // The log pipe of a service: it exists, and keeps what is written, from open to close.
    virtual void open_log(Dir dir) = 0;
    virtual void close_log(Dir dir) = 0;

    // The directories `foo` (not `foo/log`) that the engine before held, by other names: their
    // links may have gone meanwhile. What goes on is supervised all the same until it ends.
    virtual std::vector<core::Listed> held_before() = 0;

    // Gives a directory back. Nothing of it stays open.
    virtual void release(Dir dir) = 0;

    virtual Life life(const format::Record& record) = 0;

    // Starts `run`. The notes, whose last is the start, and the record, with state `up`, are
    // completed and written by the newborn itself.
    virtual core::Started spawn(Dir dir, const format::Record& newborn, const Notes& notes,
                                const Wiring& wiring) = 0;

    virtual void signal(core::Pid pid, int number) = 0;

    // First the notes into the history, then the record: what an engine that dies in between has
    // written, the next one writes again, in the same place.
    virtual void write_status(Dir dir, const format::Record& record, const Notes& notes) = 0;

    // The death of `pid` is recorded and need not be reported again.
    virtual void bury(core::Pid pid) = 0;

    // The one service that everything is there for has ended, and is not restarted. Whoever started
    // the supervision may want to know, and then says Halt; the others do not listen.
    virtual void conclude(int exit_code) { (void)exit_code; }

    // One line for the administrator. Never blocks: what cannot be written at once is dropped.
    virtual void say(const std::string& line) = 0;
};

}  // namespace hf::engine
