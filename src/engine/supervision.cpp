// SPDX-License-Identifier: MIT
#include "engine/supervision.h"

#include <cerrno>
#include <utility>

#include "format/bytes.h"
#include "format/letters.h"
#include "text/error_text.h"

namespace hf::engine {

namespace {

using core::HoldEvent;

std::uint32_t checksum(const format::Record& record) {
    return format::fnv1a(format::encode(record));
}

// Numbers what is new. What cannot be written for long is forgotten from its beginning, as what was
// written is.
void remember(Notes& notes, std::uint32_t& last, const Notes& more) {
    for (format::Note note : more) {
        note.number = ++last;
        notes.push_back(note);
        if (notes.size() > format::our_history.slots) notes.erase(notes.begin());
    }
}

// More than a socket holds, unless somebody floods it.
constexpr int most_last_words = 64;

bool out_of_descriptors(int code) {
    return code == EMFILE || code == ENFILE;
}

}  // namespace

Supervision::Supervision(Kernel& kernel, Pool& pool, const format::Session& session, Mode mode,
                         std::string main)
    : kernel_(kernel), pool_(pool), session_(session), mode_(mode), main_service_(std::move(main)) {
    if (mode == Mode::lone) pool_.units().close();
}

void Supervision::add(core::Listed listed, bool linked) {
    Entry& entry = pool_.add(std::move(listed), kernel_.now().boot);
    entry.unit.service.linked = linked;
    schedule(entry);
}

std::optional<std::string> Supervision::fire(Entry& entry) {
    if (!is_held(entry)) return take(entry);
    auto due = core::next_due(entry.unit.service, rules(entry));
    if (due && (due->why == core::Due::Why::not_ready || due->why == core::Due::Why::kill)) {
        hear_out(entry);
        due = core::next_due(entry.unit.service, rules(entry));
    }
    if (due && due->at <= kernel_.now().boot) {
        tell(entry, core::Timeout{due->why});
    } else {
        look_again(entry);  // what could not be written, or has waited long enough
        hear(entry);
    }
    return std::nullopt;
}

void Supervision::look_again(Entry& entry) {
    look_at_rules(entry);
    settle(entry);
}

// A directory without a link that is not even there any more is forgotten.
std::optional<std::string> Supervision::take(Entry& entry) {
    const auto error = try_to_take(entry);
    const bool is_gone = error && error->code() == ENOENT;
    if (is_gone && !entry.unit.service.linked) {
        remove(entry);
        return std::nullopt;
    }
    std::optional<std::string> name;
    if (is_gone) name = entry.listed.name.substr(0, entry.listed.name.find('/'));
    if (error) schedule(entry);
    settle(entry);
    return name;
}

// What went wrong, if anything.
std::optional<sys::Error> Supervision::try_to_take(Entry& entry) {
    std::optional<Dir> claim;
    try {
        if (const Entry* owner = pool_.owner(entry)) kernel_.open_log(owner->unit.dir);
        Claim found = kernel_.claim(entry.listed);
        claim = entry.unit.dir = found.dir;
        take_over(entry, found);
        kernel_.listen(*claim);
    } catch (const sys::Error& error) {
        if (mode_ == Mode::lone) throw;
        complain(entry, "supervise: fatal: ", error);
        if (claim) kernel_.release(*claim);
        lose(entry, HoldEvent::refused);
        return error;
    }
    core::change(entry.unit, HoldEvent::taken, kernel_.now().boot);
    if (entry.listed.has_log) add_log(entry);
    if (!entry.complaint.empty()) limit_was_said_ = false;
    entry.complaint.clear();
    return std::nullopt;
}

void Supervision::take_over(Entry& entry, const Claim& claim) {
    core::Moment now = kernel_.now();
    bool linked = entry.unit.service.linked;
    entry.unit.service = core::fresh(claim.normally_down, now);
    bool same_session = false;
    entry.last_note = claim.last_note;
    if (claim.record) entry.written = checksum(*claim.record);
    entry.rules_gate = kernel_.look_at_rules(entry.unit.dir);
    if (claim.record && !is_of_another(*claim.record)) {
        const format::Record& record = *claim.record;
        bool alive = !record.released && kernel_.liveness(record) != Liveness::none;
        same_session = !record.released && record.session == session_;
        entry.unit.service = core::resumed(
            record.service, rules(entry),
            {alive, same_session, record.session.boot == session_.boot, claim.normally_down}, now);
    }
    if (entry.listed.name == main_service_ && !same_session &&
        entry.unit.service.want == core::Want::up)
        entry.unit.service.want = core::Want::once;
    entry.unit.service.linked = linked;
    if (claim.record)
        remember(entry.notes, entry.last_note,
                 core::notes_of_taking(claim.record->service, entry.unit.service, now.wall));
    const core::Service& service = entry.unit.service;
    if (core::has_process(service) && !core::is_ready(service))
        kernel_.await_ready(claim.dir, service.process);
    if (service.state == core::State::preparing)
        kernel_.run_stop_command(claim.dir, service.process.pid);
    if (service.pulled) pool_.graph().doubt_pull(entry.listed.name);
    look_at_gate(entry);
    write(entry);  // after the death of an engine mostly nothing has changed
}

// A directory that was copied while its service was up has a record of that one's process.
bool Supervision::is_of_another(const format::Record& record) const {
    return core::has_any_process(record.service) &&
           pool_.of_pid(record.service.process.pid) != nullptr;
}

// What its administrator has written since it was told something last holds for what it is told
// now, or at least for the next start: that waits until it is known.
void Supervision::look_at_rules(Entry& entry) {
    if (entry.unit.service.shutting_down) return;
    entry.rules_gate = kernel_.look_at_rules(entry.unit.dir);
    look_at_gate(entry);
}

void Supervision::look_at_gate(Entry& entry) {
    core::Gate gate = entry.rules_gate;
    list(entry);
    if (gate == core::Gate::open) gate = pool_.graph().gate(entry.id, kernel_.now().boot);
    if (entry.unit.service.gate != gate) act(entry, gate);
}

void Supervision::tell(Entry& entry, const RulesRead& read) {
    if (read.are_new) act(entry, core::Ruled{});
    entry.rules_gate = read.gate;
    look_at_gate(entry);
    settle(entry);
}

bool Supervision::hear(Entry& entry) {
    if (!is_held(entry)) return false;
    const auto said = kernel_.next_said(entry.unit.dir, entry.written.has_value());
    if (said) tell(entry, *said);
    return said.has_value();
}

void Supervision::hear_out(Entry& entry) {
    for (int i = 0; i < most_last_words && hear(entry); ++i) {
    }
}

void Supervision::tell(Entry& entry, const core::Event& event) {
    if (!is_held(entry)) return;
    look_at_rules(entry);
    act(entry, event);
    settle(entry);
}

void Supervision::tell(Entry& entry, const std::string& bytes) {
    std::optional<format::Letter> last;
    look_at_rules(entry);
    for (const format::Letter& letter : format::letters(bytes)) {
        auto command = core::command_of(letter.letter);
        if (!command) continue;
        command->caller = letter.user;
        act(entry, *command, std::exchange(last, letter) == letter);
    }
    settle(entry);
}

// Of a flood of the same there is one thing to know.
void Supervision::act(Entry& entry, const core::Event& event, bool is_repeated) {
    const core::Pid pid = entry.unit.service.process.pid;
    core::Outcome outcome = core::happen(entry.unit.service, rules(entry), event, kernel_.now());
    if (!is_repeated) remember(entry.notes, entry.last_note, outcome.notes);
    call(entry, outcome.hooks);
    for (const core::Effect& effect : outcome.effects) {
        if (const auto* signal = std::get_if<core::Signal>(&effect))
            kernel_.signal(pid, signal->number, signal->reach);
        else if (const auto* start = std::get_if<core::Start>(&effect))
            this->start(entry, start->role);
        else
            kernel_.run_stop_command(entry.unit.dir, pid);
    }
}

void Supervision::call(Entry& entry, const std::vector<core::Hook>& hooks) {
    for (core::Hook hook : hooks)
        kernel_.call_hook(entry.unit.dir, hook, entry.unit.service.process.pid);
}

void Supervision::start(Entry& entry, core::Role role) {
    core::Moment now = kernel_.now();
    format::Record born = record(entry);
    Notes notes = entry.notes;
    core::Started birth{role, core::Pid::none, now};
    const core::Outcome begun = core::happen(born.service, rules(entry), birth, now);
    remember(notes, born.last_note, begun.notes);
    core::Launch launch = pool_.units().launch(entry.id, role, entry.listed.has_log);
    if (role == core::Role::main) {
        launch.ready_fd = rules(entry).ready_fd;
        launch.notifies = rules(entry).notifies;
    } else {
        launch.how = entry.unit.service.last;
        launch.why = core::ending_of(entry.unit.service);
    }
    entry.written.reset();  // the child writes of itself, though it may not come far
    try {
        if (entry.listed.has_log) kernel_.open_log(entry.unit.dir);
        core::Started started = kernel_.spawn(entry.unit.dir, born, notes, launch);
        core::step(entry.unit.service, rules(entry), started, started.at);
        call(entry, begun.hooks);
        entry.last_note = born.last_note;
        entry.notes.clear();
        entry.complaint.clear();
        entry.written = checksum(record(entry));
    } catch (const sys::Error& error) {
        complain(entry, "supervise: fatal: ", error);
        return act(entry, core::StartFailed{role, error.code()});
    }
    if (entry.listed.has_log) return;
    pool_.units().end_log(entry.id);
    carry_out_bonds();
}

void Supervision::settle(Entry& entry) {
    look_at_others(entry);
    carry_out();
}

// It may stand otherwise than before, for those that are bound to it.
void Supervision::look_at_others(Entry& entry) {
    pool_.units().settle(entry.id);
    note(entry);
}

// What is decided next depends on what came of this: one at a time.
void Supervision::carry_out() {
    carry_out_bonds();
    while (auto task = pool_.graph().next()) {
        carry_out(*task);
        carry_out_bonds();
    }
}

void Supervision::carry_out_bonds() {
    while (auto action = pool_.units().next()) perform(pool_.at(action->unit), action->kind);
}

void Supervision::perform(Entry& entry, core::Action::Kind kind) {
    using Kind = core::Action::Kind;
    switch (kind) {
        case Kind::save: return save_and_schedule(entry);
        case Kind::save_end: return save(entry, true);
        case Kind::close_log: return kernel_.close_log(entry.unit.dir);
        case Kind::recall:
            core::change(entry.unit, HoldEvent::recalled, kernel_.now().boot);
            return schedule(entry);
        case Kind::take: try_to_take(entry); return;
        case Kind::drain: return act(entry, core::Drain{});
        case Kind::release:
            kernel_.release(entry.unit.dir);
            lose(entry, HoldEvent::released);
            note(entry);
            return schedule(entry);
        case Kind::forget:
            if (is_held(entry)) kernel_.release(entry.unit.dir);
            return remove(entry);
    }
}

void Supervision::save_and_schedule(Entry& entry) {
    save(entry);
    schedule(entry);
    auto code = core::final_code(entry.unit.service);
    if (code && entry.listed.name == main_service_) kernel_.main_exited(*code);
}

void Supervision::save(Entry& entry, bool released) {
    try {
        write(entry, released);
    } catch (const sys::Error& error) {
        complain(entry, "supervise: warning: ", error);
        entry.written.reset();
        core::change(entry.unit, HoldEvent::unsaved, kernel_.now().boot);
    }
}

void Supervision::write(Entry& entry, bool released) {
    format::Record now = record(entry);
    now.released = released;
    std::uint32_t sum = checksum(now);
    if (entry.written == sum && entry.notes.empty()) return;
    kernel_.write_status(entry.unit.dir, now, entry.notes);
    entry.written = sum;
    entry.notes.clear();
}

// Its directory is not held, or not any more.
void Supervision::lose(Entry& entry, HoldEvent why) {
    core::change(entry.unit, why, kernel_.now().boot);
    entry.written.reset();
    entry.notes.clear();
}

void Supervision::schedule(Entry& entry) {
    const core::Unit& unit = entry.unit;
    std::optional<core::Time> due = unit.retry_at;
    if (is_held(entry)) {
        auto next = core::next_due(unit.service, rules(entry));
        due = next ? std::optional(next->at) : std::nullopt;
        if (!entry.written && (!due || unit.retry_at < *due)) due = unit.retry_at;
        const bool waits = unit.service.gate == core::Gate::shut &&
                           entry.rules_gate == core::Gate::open &&
                           unit.service.state == core::State::waiting;
        const auto opens = waits ? pool_.graph().gate_due(entry.id) : std::nullopt;
        if (opens && (!due || *opens < *due)) due = opens;
    }
    pool_.index(entry, due);
}

format::Record Supervision::record(const Entry& entry) const {
    return {entry.unit.service, session_, false, entry.last_note};
}

void Supervision::complain(Entry& entry, const char* kind, const sys::Error& error) {
    std::string text = error.text();
    if (error.code() != 0) text.append(": ").append(text::error_text(error.code()));
    if (std::exchange(entry.complaint, text) == text) return;
    // What a service and its logger both run into is one matter.
    for (const Entry* other : {pool_.owner(entry), pool_.logger(entry)}) {
        if (other != nullptr && other->complaint == text) return;
    }
    if (out_of_descriptors(error.code())) {
        if (std::exchange(limit_was_said_, true)) return;
        text.append("; running services keep running, others wait for free descriptors");
    }
    kernel_.say(kind + text);
}

}  // namespace hf::engine
