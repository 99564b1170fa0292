// SPDX-License-Identifier: MIT
#include "engine/supervision.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "format/error_text.h"
#include "format/letters.h"

namespace hf::engine {

namespace {

using core::Service;
using core::State;
using Kind = format::Note::Kind;

constexpr core::Duration first_retry = std::chrono::milliseconds(100);
constexpr core::Duration last_retry = std::chrono::seconds(5);

// After `svc -x` a linked directory is taken again in the original's rhythm, so that there is time
// to remove the link.
constexpr core::Duration pause_after_leaving = std::chrono::seconds(5);

bool out_of_descriptors(int code) {
    return code == EMFILE || code == ENFILE;
}

}  // namespace

void Supervision::add(core::Listed listed, bool linked) {
    Entry& entry = pool_.add(std::move(listed), nullptr);
    entry.service.linked = linked;
    entry.retry_at = kernel_.now().boot;
    schedule(entry);
}

bool Supervision::follow(Entry& main, const core::Change& change) {
    using Kind = core::Change::Kind;
    try {
        switch (change.kind) {
            case Kind::appeared: break;
            case Kind::renamed: rename(main, change.found.name); break;
            case Kind::unlinked: unlink(main); break;
            case Kind::log_added: add_log(main); break;
            case Kind::log_removed: drop_log(main); break;
        }
    } catch (const sys::Error& error) {
        complain(main, "supervise: warning: ", error);
        return false;
    }
    return true;
}

// The old name stays until all has moved: so the next look finds it again if something fails.
void Supervision::rename(Entry& main, const std::string& name) {
    core::Listed moved = main.listed;
    moved.name = name;
    if (!main.dir) {
        main.listed = moved;
        main.service.linked = true;
        return;
    }
    kernel_.rename(*main.dir, moved);
    if (main.logger != nullptr) {
        main.logger->listed.name = name + "/log";
        if (main.logger->dir) kernel_.rename(*main.logger->dir, main.logger->listed);
    }
    main.listed = moved;
    tell(main, core::Linked{true});
}

void Supervision::unlink(Entry& main) {
    if (!main.dir) return pool_.remove(main);
    tell(main, core::Linked{false});
}

// If its pipe cannot be opened now, that costs the service nothing before its next start: the
// taking of the logger tries again, and says so.
void Supervision::add_log(Entry& main) {
    main.listed.has_log = true;
    if (!main.dir) return;
    if (main.logger != nullptr) return tell(*main.logger, core::Linked{true});
    try {
        kernel_.open_log(*main.dir);
    } catch (const sys::Error&) {
    }
    Entry& logger = pool_.add({main.listed.name + "/log", {}, false}, &main);
    logger.retry_at = kernel_.now().boot;
    schedule(logger);
}

// Its logger stays as long as the process that writes to it.
void Supervision::drop_log(Entry& main) {
    main.listed.has_log = false;
    if (main.logger != nullptr) tell(*main.logger, core::Linked{false});
}

void Supervision::halt() {
    halting_ = true;
    for (Entry* entry : pool_.all()) {
        if (!entry->dir && entry->main == nullptr) pool_.remove(*entry);
    }
    for (Entry* entry : pool_.mains()) tell(*entry, core::Shutdown{});
}

void Supervision::fire(Entry& entry) {
    if (!entry.dir) {
        take(entry);
    } else {
        tell(entry, core::Timeout{});
    }
}

void Supervision::take(Entry& entry) {
    if (auto error = try_to_take(entry)) return retry_later(entry, *error);
    entry.retry_delay = {};
    settle(entry, entry.service);
}

// What went wrong, if anything.
std::optional<sys::Error> Supervision::try_to_take(Entry& entry) {
    pool_.tried(entry);
    entry.has_left = false;
    try {
        if (entry.main != nullptr) kernel_.open_log(*entry.main->dir);
        Claimed claimed = kernel_.claim(entry.listed);
        entry.dir = claimed.dir;
        take_over(entry, claimed);
        kernel_.listen(*entry.dir);
        if (entry.listed.has_log) add_log(entry);
    } catch (const sys::Error& error) {
        if (mode_ == Mode::lone) throw;
        complain(entry, "supervise: fatal: ", error);
        return error;
    }
    if (!entry.complaint.empty()) limit_was_said_ = false;
    entry.complaint.clear();
    return std::nullopt;
}

// A directory without a link that is not even there any more is forgotten.
void Supervision::retry_later(Entry& entry, const sys::Error& error) {
    give_back(entry);
    if (!entry.service.linked && error.code() == ENOENT) return pool_.remove(entry);
    entry.retry_delay = std::clamp(2 * entry.retry_delay, first_retry, last_retry);
    entry.retry_at = kernel_.now().boot + entry.retry_delay;
    schedule(entry);
    finish_waiting(entry.main);
}

void Supervision::take_over(Entry& entry, const Claimed& claimed) {
    core::Moment now = kernel_.now();
    bool linked = entry.service.linked;
    entry.service = core::fresh(claimed.normally_down, now);
    bool same_session = false;
    entry.last_note = claimed.last_note;
    if (claimed.record && !claimed.record->released) {
        const format::Record& record = *claimed.record;
        bool alive = kernel_.life(record) != Life::none;
        if (core::has_process(record.service) && !alive)
            note(entry, {.kind = Kind::ended, .pid = record.service.pid});
        same_session = record.session == session_;
        entry.service =
            core::resumed(record.service, alive, same_session, claimed.normally_down, now);
        entry.conceived = record.conceived;
    }
    if (entry.listed.name == main_ && !same_session && entry.service.want == core::Want::up)
        entry.service.want = core::Want::once;
    entry.service.linked = linked;
    if (claimed.record && claimed.record->service.linked != linked)
        note(entry, {.kind = linked ? Kind::linked : Kind::unlinked});
    // After the death of an engine mostly nothing has changed.
    if (claimed.record == record(entry)) return;
    kernel_.write_status(*entry.dir, record(entry), entry.notes);
    entry.notes.clear();
}

void Supervision::tell(Entry& entry, const core::Event& event) {
    if (!entry.dir) return;
    Service saved = entry.service;
    if (auto known = format::note_of(event, saved)) note(entry, *known);
    act(entry, event, saved);
    settle(entry, saved);
}

void Supervision::tell(Entry& entry, const std::string& bytes) {
    Service saved = entry.service;
    std::optional<format::Letter> last;
    for (const format::Letter& letter : format::letters(bytes)) {
        auto order = core::order_of(letter.letter);
        if (!order) continue;
        if (std::exchange(last, letter) != letter)  // a flood of the same is one thing to know
            note(entry, {.kind = Kind::ordered, .letter = letter.letter, .value = letter.user});
        act(entry, *order, saved);
    }
    settle(entry, saved);
}

// What cannot be written for long is forgotten from its beginning, as what was written is.
void Supervision::note(Entry& entry, format::Note what) {
    what.number = ++entry.last_note;
    what.at = kernel_.now().wall;
    entry.notes.push_back(what);
    if (entry.notes.size() > format::history_slots) entry.notes.erase(entry.notes.begin());
}

void Supervision::act(Entry& entry, const core::Event& event, Service& saved) {
    for (const core::Effect& effect : core::step(entry.service, event, kernel_.now())) {
        if (const auto* signal = std::get_if<core::Signal>(&effect)) {
            kernel_.signal(entry.service.pid, signal->number);
        } else if (start(entry)) {
            saved = entry.service;  // as the newborn has written
        }
    }
}

bool Supervision::start(Entry& entry) {
    core::Moment now = kernel_.now();
    entry.conceived = now.boot;
    format::Record newborn = record(entry);
    core::step(newborn.service, core::Started{core::Pid::none, now}, now);
    Notes notes = entry.notes;
    notes.push_back({.number = ++newborn.last_note, .kind = Kind::started});
    try {
        if (entry.listed.has_log) kernel_.open_log(*entry.dir);
        core::Started started = kernel_.spawn(*entry.dir, newborn, notes, wiring(entry));
        core::step(entry.service, started, started.at);
        entry.last_note = newborn.last_note;
        entry.notes.clear();
        entry.complaint.clear();
        entry.unsaved = false;
        if (!entry.listed.has_log) end_log(entry);
        return true;
    } catch (const sys::Error& error) {
        complain(entry, "supervise: fatal: ", error);
        core::step(entry.service, core::StartFailed{error.code()}, now);
        note(entry, {.kind = Kind::not_started, .value = static_cast<uint32_t>(error.code())});
        entry.unsaved = true;  // the newborn may have written of itself
        return false;
    }
}

// A main writes into its own pipe as long as there is a log; a logger reads its main's.
Wiring Supervision::wiring(const Entry& entry) const {
    if (entry.main != nullptr && entry.main->dir) return {Wiring::End::reads, *entry.main->dir};
    if (entry.listed.has_log) return {Wiring::End::writes, *entry.dir};
    return {};
}

// A logger that is about to be taken, or to start, will want to read what its service left in the
// pipe.
bool Supervision::still_to_read(const Entry* logger) const {
    if (logger == nullptr) return false;
    if (!logger->dir)
        return pool_.is_untried(*logger) || (logger->has_left && logger->main->service.linked);
    return logger->service.state == State::waiting &&
           logger->service.last.kind != core::Ending::Kind::not_started;
}

void Supervision::settle(Entry& entry, const Service& saved) {
    if (entry.unsaved || !entry.notes.empty() || !(entry.service == saved)) save(entry);
    schedule(entry);
    auto code = core::final_code(entry.service);
    if (code && entry.listed.name == main_) kernel_.conclude(*code);
    Entry* main = entry.main;
    if (core::finished(entry.service)) finish_or_wait(entry);
    finish_waiting(main);
}

// A logger that has left is there again at once, and not after its pause, if it has to read.
void Supervision::finish_or_wait(Entry& entry) {
    if (!still_to_read(entry.logger)) return finish(entry);
    if (!entry.logger->has_left) return;
    entry.logger->retry_at = kernel_.now().boot;
    schedule(*entry.logger);
}

// It may have waited for its logger to run once more.
void Supervision::finish_waiting(Entry* main) {
    if (main != nullptr && main->dir && core::finished(main->service)) settle(*main, main->service);
}

void Supervision::save(Entry& entry, bool released) {
    format::Record now = record(entry);
    now.released = released;
    try {
        kernel_.write_status(*entry.dir, now, entry.notes);
        entry.notes.clear();
        entry.unsaved = false;
    } catch (const sys::Error& error) {
        complain(entry, "supervise: warning: ", error);
        entry.unsaved = true;
        entry.retry_at = kernel_.now().boot + last_retry;
    }
}

// The supervision of `entry` is over. A directory that still stands in the folder is taken again.
void Supervision::finish(Entry& entry) {
    save(entry, true);
    end_log(entry);
    bool again = !halting_ && mode_ == Mode::folder && entry.service.linked &&
                 (!entry.is_logger || entry.main != nullptr);
    give_back(entry);
    if (!again) return pool_.remove(entry);
    entry.has_left = true;
    entry.retry_at = kernel_.now().boot + pause_after_leaving;
    schedule(entry);
}

// Nothing will be written to the log of `main` any more: its logger ends when it has read all.
void Supervision::end_log(Entry& main) {
    kernel_.close_log(*main.dir);
    Entry* logger = std::exchange(main.logger, nullptr);
    if (logger == nullptr) return;
    logger->main = nullptr;
    // One that has not been taken may run all the same: an engine before may have left it.
    if (logger->dir || (!logger->has_left && !try_to_take(*logger)))
        return tell(*logger, core::Drain{});
    give_back(*logger);
    pool_.remove(*logger);
}

void Supervision::give_back(Entry& entry) {
    if (entry.dir) kernel_.release(*entry.dir);
    pool_.release(entry);
    bool linked = entry.service.linked;
    entry.service = {};
    entry.service.linked = linked;
    entry.unsaved = false;
    entry.notes.clear();
}

void Supervision::schedule(Entry& entry) {
    std::optional<core::Time> due = entry.retry_at;
    if (entry.dir) {
        due = core::deadline(entry.service);
        if (entry.unsaved && (!due || entry.retry_at < *due)) due = entry.retry_at;
    }
    pool_.index(entry, due);
}

format::Record Supervision::record(const Entry& entry) const {
    return {entry.service, session_, entry.conceived, false, entry.last_note};
}

void Supervision::complain(Entry& entry, const char* kind, const sys::Error& error) {
    std::string text = kind + error.text();
    if (error.code() != 0) text.append(": ").append(format::error_text(error.code()));
    if (std::exchange(entry.complaint, text) == text) return;
    // What a service and its logger both run into is one matter.
    for (const Entry* other : {entry.main, entry.logger}) {
        if (other != nullptr && other->complaint == text) return;
    }
    if (out_of_descriptors(error.code())) {
        if (std::exchange(limit_was_said_, true)) return;
        text.append("; what runs goes on, what is left waits until some are free");
    }
    kernel_.say(text);
}

}  // namespace hf::engine
