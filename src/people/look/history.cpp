// SPDX-License-Identifier: MIT
#include "people/look/history.h"

#include <fcntl.h>

#include <cerrno>

#include "core/order.h"
#include "people/look/access.h"
#include "people/look/words.h"
#include "sys/fd.h"

namespace hf::people {

namespace {

using Kind = format::Note::Kind;

std::string done_by(const format::Note& note) {
    if (note.value == format::nobody_knows) return ", by whom is not known";
    return " by " + giver_of(note);
}

// The letters that are no plain signals.
std::string_view wish_words(core::Wish wish) {
    switch (wish) {
        case core::Wish::up: return "ordered up";
        case core::Wish::down: return "ordered down";
        case core::Wish::once: return "ordered to run once";
        case core::Wish::leave: return "ordered out of supervision";
        case core::Wish::pause: return "paused";
        case core::Wish::resume: return "told to continue";
        case core::Wish::signal: return "";
    }
    return "";
}

std::string death_words(const Notes& notes, size_t at) {
    auto life = life_before(notes, at);
    return "ended" + (life ? " after " + life_words(*life) : "") + ": " +
           ending_words(ending_of(notes[at]));
}

}  // namespace

std::optional<Notes> history_of(const std::string& path) {
    sys::Fd file = sys::open((path + "/supervise/status").c_str(), O_RDONLY | O_NONBLOCK);
    if (!file) return errno == EACCES ? std::nullopt : std::optional<Notes>(Notes{});
    std::string text;
    if (!sys::read_all(file.get(), text)) return Notes{};
    return format::history(std::as_bytes(std::span(text)));
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
        case Kind::unlinked: return false;
    }
    return false;
}

core::Ending ending_of(const format::Note& note) {
    using How = core::Ending::Kind;
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
        case Kind::unlinked: break;
    }
    return {};
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
        auto order = note.kind == Kind::ordered ? core::order_of(note.letter) : std::nullopt;
        bool harmless = !order || order->signal == 0 || order->wish == core::Wish::pause ||
                        order->wish == core::Wish::resume;
        if (!harmless) return true;
    }
    return false;
}

const format::Note* last_order(const Notes& notes, std::string_view letters) {
    for (size_t i = notes.size(); i-- > 0;) {
        bool is_it = notes[i].kind == Kind::ordered &&
                     letters.find(notes[i].letter) != std::string_view::npos;
        if (is_it) return &notes[i];
    }
    return nullptr;
}

std::string giver_of(const format::Note& note) {
    return note.value == format::nobody_knows ? "somebody" : name_of_user(note.value);
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
    }
    return "";
}

std::string order_words(const format::Note& note) {
    auto order = core::order_of(note.letter);
    if (!order) return std::string("given the order ") + note.letter + done_by(note);
    std::string text(wish_words(order->wish));
    if (text.empty()) text = "sent " + signal_name(order->signal);
    bool has_option = std::string_view("udoxpchaitk").find(note.letter) != std::string_view::npos;
    return text + done_by(note) + (has_option ? std::string(" (svc -") + note.letter + ")" : "");
}

std::string event_words(const Notes& notes, size_t at) {
    const format::Note& note = notes[at];
    switch (note.kind) {
        case Kind::started: return "started, pid " + std::to_string(static_cast<int>(note.pid));
        case Kind::not_started: return ending_words(ending_of(note));
        case Kind::ordered: return order_words(note);
        case Kind::halted: return "svscan was told to stop everything";
        case Kind::linked: return "linked into the service folder";
        case Kind::unlinked: return "its link was removed from the service folder";
        case Kind::exited:
        case Kind::signaled:
        case Kind::dumped:
        case Kind::ended: return death_words(notes, at);
    }
    return "";
}

}  // namespace hf::people
