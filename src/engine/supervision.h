// SPDX-License-Identifier: MIT
// One service at a time: taking its directory, telling it what happened, doing what follows,
// writing its state down, giving the directory back.
//
// The order is law: what follows an event is done, then the new state is written; only then may
// the caller bury a death. A start is written by the newborn itself.
#pragma once

#include <optional>
#include <string>

#include "engine/kernel.h"
#include "engine/pool.h"
#include "sys/error.h"

namespace hf::engine {

enum class Mode {
    folder,  // every service below a folder; goes on when there is none
    lone,    // one directory: its supervision is all there is to do, and it must succeed
};

class Supervision {
  public:
    // The service called `main` runs once, and its end is told to the kernel.
    Supervision(Kernel& kernel, Pool& pool, const format::Session& session, Mode mode,
                std::string main)
        : kernel_(kernel), pool_(pool), session_(session), mode_(mode), main_(std::move(main)) {}

    // Something was found that is to be supervised. It is taken when its deadline fires: at once.
    void add(core::Listed listed, bool linked = true);

    // The deadline of `entry` has come.
    void fire(Entry& entry);

    // `entry` may be gone afterwards. Without a directory it is told nothing.
    void tell(Entry& entry, const core::Event& event);
    void tell(Entry& entry, const std::string& bytes);  // from its control FIFO

    // The directory of `main` goes by another name of the folder, or by none any more; its log
    // directory has come or gone. False if that cannot be followed now: look again later. `main`
    // may be gone afterwards.
    bool follow(Entry& main, const core::Change& change);

    // Stops everything in order, and takes nothing any more.
    void halt();

  private:
    void rename(Entry& main, const std::string& name);
    void unlink(Entry& main);
    void add_log(Entry& main);
    void drop_log(Entry& main);
    void take(Entry& entry);
    std::optional<sys::Error> try_to_take(Entry& entry);
    void take_over(Entry& entry, const Claimed& claimed);
    void retry_later(Entry& entry, const sys::Error& error);
    // `saved` is the state that stands on disk.
    void act(Entry& entry, const core::Event& event, core::Service& saved);
    void note(Entry& entry, format::Note what);
    bool start(Entry& entry);
    void settle(Entry& entry, const core::Service& saved);
    void save(Entry& entry, bool released = false);
    void finish(Entry& entry);
    void finish_or_wait(Entry& entry);
    void finish_waiting(Entry* main);
    void end_log(Entry& main);
    void schedule(Entry& entry);
    void give_back(Entry& entry);
    Wiring wiring(const Entry& entry) const;
    bool still_to_read(const Entry* logger) const;
    format::Record record(const Entry& entry) const;
    void complain(Entry& entry, const char* kind, const sys::Error& error);

    Kernel& kernel_;
    Pool& pool_;
    format::Session session_;
    Mode mode_;
    std::string main_;  // empty: none
    bool halting_ = false;
    bool limit_was_said_ = false;
};

}  // namespace hf::engine
