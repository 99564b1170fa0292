// SPDX-License-Identifier: MIT
// One service at a time: taking its directory, telling it what happened, doing what follows,
// writing its state down, giving the directory back.
//
// All that is told in one turn is planned by core, done, and at the end of the turn compared with
// what stands on disk, and only then may the caller reap a death. The order is law, see
// core::Outcome. What comes of that for services that are bound to each other, settle() is told by
// core::Units, and does.
#pragma once

#include <optional>
#include <string>

#include "engine/kernel.h"
#include "engine/pool.h"
#include "sys/error.h"

namespace hf::engine {

enum class Mode {
    scan_dir,  // every service below a scan directory; goes on when there is none
    lone,      // one directory: its supervision is all there is to do, and it must succeed
};

class Supervision {
  public:
    // The service called `main` runs once, and its end is told to the kernel.
    Supervision(Kernel& kernel, Pool& pool, const format::Session& session, Mode mode,
                std::string main);

    // Something was found that is to be supervised. It is taken when its deadline fires: at once.
    void add(core::Listed listed, bool linked = true);

    // The deadline of `entry` has come. If its name stands for another directory, or none: the name
    // to look at again in the scan directory.
    std::optional<std::string> fire(Entry& entry);

    // `entry` may be gone afterwards. Without a directory it is told nothing.
    void tell(Entry& entry, const core::Event& event);
    void tell(Entry& entry, const std::string& bytes);  // from its control FIFO

    // The directory of `main` goes by another name of the scan directory, or by none any more; its
    // log directory has come or gone. False if that cannot be followed now: look again later.
    // `main` may be gone afterwards.
    bool follow(Entry& main, const core::Change& change);

    // Its file of rules was read.
    void tell(Entry& entry, const RulesRead& read);

    // Its process may have said something. False: it has not. And before it is judged by its
    // silence, or has gone: all that it has said.
    bool hear(Entry& entry);
    void hear_out(Entry& entry);

    // Everything that there was at first is known: now services may wait for each other.
    void begin();

    // Everything that was there at first is known: says if the main service is not among it.
    void miss_main();

    // Takes nothing any more, and stops everything in order: each when nobody that waits for it has
    // a process any more. The second time: whatever is left.
    void halt();
    void halt_rest();

  private:
    void rename(Entry& main, const std::string& name);
    void unlink(Entry& main);
    void add_log(Entry& main);
    void drop_log(Entry& main);
    std::optional<std::string> take(Entry& entry);
    std::optional<sys::Error> try_to_take(Entry& entry);
    void take_over(Entry& entry, const Claim& claim);
    bool is_of_another(const format::Record& record) const;
    void look_at_rules(Entry& entry);
    void look_at_gate(Entry& entry);
    void look_again(Entry& entry);
    void remove(Entry& entry);
    void act(Entry& entry, const core::Event& event, bool is_repeated = false);
    void start(Entry& entry, core::Role role);
    void call(Entry& entry, const std::vector<core::Hook>& hooks);
    void settle(Entry& entry);
    void look_at_others(Entry& entry);
    void list(Entry& entry);
    void note(Entry& entry);
    void carry_out();
    void carry_out_bonds();
    void carry_out(const core::Graph::Task& task);
    void perform(Entry& entry, core::Action::Kind kind);
    void save_and_schedule(Entry& entry);
    void save(Entry& entry, bool released = false);
    void write(Entry& entry, bool released = false);
    void lose(Entry& entry, core::HoldEvent why);
    void schedule(Entry& entry);
    const core::Rules& rules(const Entry& entry) const { return kernel_.rules(entry.unit.dir); }
    format::Record record(const Entry& entry) const;
    void complain(Entry& entry, const char* kind, const sys::Error& error);

    Kernel& kernel_;
    Pool& pool_;
    format::Session session_;
    Mode mode_;
    std::string main_service_;  // empty: none
    bool limit_was_said_ = false;
};

}  // namespace hf::engine
