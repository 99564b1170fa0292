// SPDX-License-Identifier: MIT
#include "inspect/history.h"

#include <cerrno>
#include <utility>

#include "core/command.h"
#include "format/status.h"
#include "inspect/access.h"
#include "inspect/status_file.h"
#include "text/words.h"

namespace hf::inspect {

using namespace text;

namespace {

using Kind = format::Note::Kind;

std::string done_by(const format::Note& note) {
    return " by " + caller_of(note);
}

// The letters that are no plain signals.
std::string_view operation_words(core::Operation operation) {
    switch (operation) {
        case core::Operation::up: return "ordered up";
        case core::Operation::down: return "ordered down";
        case core::Operation::once: return "ordered up once";
        case core::Operation::exit: return "ordered to exit";
        case core::Operation::pause: return "paused";
        case core::Operation::resume: return "continued";
        case core::Operation::restart: return "ordered to restart";
        case core::Operation::signal: return "";
    }
    return "";
}

std::string death_words(const Notes& notes, size_t at) {
    auto life = life_before(notes, at);
    return "ended" + (life ? " after " + life_words(*life) : "") + ": " +
           exit_words(exit_of(notes[at]));
}

std::string after_words(const Notes& notes, size_t at) {
    const auto life = life_before(notes, at);
    return life ? " after " + life_words(*life) : "";
}

std::string replaced_words(const format::Note& note) {
    switch (core::Replaced(note.value)) {
        case core::Replaced::not_ready: return "not ready in time";
        case core::Replaced::needs_lost: return "something that it needs was not good";
        case core::Replaced::asked:
        case core::Replaced::no: break;
    }
    return "for a reason of a later version of holdfast";
}

}  // namespace

std::optional<Notes> history_of(const std::string& path) {
    StatusFile file = read_status_file(path);
    if (file.open_error == EACCES) return std::nullopt;
    Notes notes = format::history(file.bytes);
    // What stands behind the last was written by an engine that died before the record that counts
    // it: the next one may have noted something else instead.
    if (const auto record = format::decode(file.bytes); record && record->last_note != 0)
        std::erase_if(notes, [&](const auto& note) { return note.number > record->last_note; });
    return notes;
}

bool is_death(const format::Note& note) {
    switch (note.kind) {
        case Kind::exited:
        case Kind::signaled:
        case Kind::dumped:
        case Kind::ended:
        case Kind::not_started: return true;
        case Kind::started:
        case Kind::ordered:
        case Kind::halted:
        case Kind::linked:
        case Kind::unlinked:
        case Kind::ready:
        case Kind::replaced:
        case Kind::finishing:
        case Kind::finished: return false;
    }
    return false;
}

core::ExitResult exit_of(const format::Note& note) {
    using How = core::ExitResult::Kind;
    int value = static_cast<int>(note.value);
    switch (note.kind) {
        case Kind::exited: return {How::exited, value};
        case Kind::signaled: return {How::signaled, value};
        case Kind::dumped: return {How::dumped, value};
        case Kind::not_started: return {How::not_started, value};
        case Kind::ended: return {How::unknown, 0};
        case Kind::started:
        case Kind::ordered:
        case Kind::halted:
        case Kind::linked:
        case Kind::unlinked:
        case Kind::ready:
        case Kind::replaced:
        case Kind::finishing:
        case Kind::finished: break;
    }
    return {};
}

core::ExitResult end_of_finish(const format::Note& note) {
    using How = core::ExitResult::Kind;
    constexpr int first_signal = 128;
    const int code = static_cast<int>(note.value);
    if (code > first_signal) return {How::signaled, code - first_signal};
    return {How::exited, code};
}

std::optional<std::chrono::nanoseconds> life_before(const Notes& notes, size_t at) {
    if (notes[at].kind == Kind::not_started) return std::nullopt;
    for (size_t i = at; i-- > 0;) {
        if (is_death(notes[i])) return std::nullopt;
        if (notes[i].kind == Kind::started)
            return std::max(notes[at].at - notes[i].at, std::chrono::nanoseconds(0));
    }
    return std::nullopt;
}

bool was_ordered(const Notes& notes, size_t at) {
    for (size_t i = at; i-- > 0;) {
        const format::Note& note = notes[i];
        if (note.kind == Kind::started || is_death(note)) return false;
        if (note.kind == Kind::halted) return true;
        auto command = note.kind == Kind::ordered ? core::command_of(note.letter) : std::nullopt;
        bool harmless = !command ||
                        (command->signal == 0 && command->operation != core::Operation::restart) ||
                        command->operation == core::Operation::pause ||
                        command->operation == core::Operation::resume;
        if (!harmless) return true;
    }
    return false;
}

const format::Note* last_command(const Notes& notes, std::string_view letters) {
    for (size_t i = notes.size(); i-- > 0;) {
        bool is_it = notes[i].kind == Kind::ordered &&
                     letters.find(notes[i].letter) != std::string_view::npos;
        if (is_it) return &notes[i];
    }
    return nullptr;
}

std::string caller_of(const format::Note& note) {
    return note.value == format::unknown_caller ? "an unknown user" : name_of_user(note.value);
}

std::string_view kind_word(Kind kind) {
    switch (kind) {
        case Kind::started: return "started";
        case Kind::exited: return "exited";
        case Kind::signaled: return "killed";
        case Kind::dumped: return "dumped-core";
        case Kind::ended: return "ended";
        case Kind::not_started: return "not-started";
        case Kind::ordered: return "ordered";
        case Kind::halted: return "halted";
        case Kind::linked: return "linked";
        case Kind::unlinked: return "unlinked";
        case Kind::ready: return "ready";
        case Kind::replaced: return "replaced";
        case Kind::finishing: return "finishing";
        case Kind::finished: return "finished";
    }
    return "unknown";
}

std::string command_words(const format::Note& note) {
    auto command = core::command_of(note.letter);
    if (!command) return std::string("given the command ") + note.letter + done_by(note);
    std::string text(operation_words(command->operation));
    if (text.empty()) text = "sent " + signal_name(command->signal);
    bool has_option = std::string_view("udoxpchaitk").find(note.letter) != std::string_view::npos;
    return text + done_by(note) + (has_option ? std::string(" (svc -") + note.letter + ")" : "");
}

std::string event_words(const Notes& notes, size_t at) {
    const format::Note& note = notes[at];
    switch (note.kind) {
        case Kind::started: return "started, pid " + std::to_string(static_cast<int>(note.pid));
        case Kind::not_started: return exit_words(exit_of(note));
        case Kind::ordered: return command_words(note);
        case Kind::halted: return "svscan began to stop everything";
        case Kind::linked: return "linked into the scan directory";
        case Kind::unlinked: return "its link was removed from the scan directory";
        case Kind::ready: return "ready" + after_words(notes, at);
        case Kind::replaced: return "told to exit, to be replaced: " + replaced_words(note);
        case Kind::finishing:
            return "its finish command started, pid " + std::to_string(static_cast<int>(note.pid));
        case Kind::finished: return "its finish command ended: " + exit_words(end_of_finish(note));
        case Kind::exited:
        case Kind::signaled:
        case Kind::dumped:
        case Kind::ended: return death_words(notes, at);
    }
    return std::string("an event of a later version of holdfast (kind ") +
           std::to_underlying(note.kind) + ")";
}

}  // namespace hf::inspect
