// SPDX-License-Identifier: MIT
#include "engine/engine.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "format/error_text.h"

namespace hf::engine {

namespace {

using core::Change;

// What one turn does by itself before it listens again, so that nobody waits for a crowd.
constexpr int deadlines_a_turn = 16;
// To look at more names than this is dearer than to read the whole folder.
constexpr size_t names_a_turn = 8;

constexpr core::Duration rescan_interval = std::chrono::seconds(5);

}  // namespace

void Engine::run() {
    look(std::nullopt);
    for (const core::Listed& each : kernel_.held_before()) {
        if (pool_.of_directory(each.directory) != nullptr) continue;
        for (const core::Listed& found : kernel_.scan(each.name).found) {
            if (found.directory == each.directory) supervision_.add(found, false);
        }
    }
    while (!left_ && !(ready_ && pool_.empty() && (halting_ || mode_ == Mode::lone))) turn();
}

void Engine::turn() {
    auto happened = kernel_.wait(next_deadline());
    // Looks first: what was unlinked before an order was given is to be known when it is obeyed.
    auto rest = std::ranges::stable_partition(
        happened, [](const Happening& what) { return std::holds_alternative<Look>(what); });
    for (auto what = happened.begin(); what != rest.begin(); ++what) happen(std::get<Look>(*what));
    look_again();
    for (const Happening& what : rest) {
        std::visit([&](const auto& each) { happen(each); }, what);
        if (left_) return;
    }
    core::Time now = kernel_.now().boot;
    for (int i = 0; i < deadlines_a_turn; ++i) {
        Entry* entry = ready_ ? pool_.first_due() : pool_.first_untried();
        if (entry == nullptr || (ready_ && *entry->due > now)) break;
        supervision_.fire(*entry);
    }
    if (!ready_ && (seen_ || halting_) && pool_.first_untried() == nullptr) get_ready();
}

// Deaths and the order to halt concern what runs already: all that must be known first. An entry
// that could not be taken at the first attempt is not waited for, nor, for halting, a folder that
// cannot be read.
void Engine::get_ready() {
    ready_ = true;
    kernel_.ready();
    if (halting_) supervision_.halt();
}

std::optional<core::Time> Engine::next_deadline() const {
    if (!ready_ && (seen_ || pool_.first_untried() != nullptr)) return core::Time::min();
    std::optional<core::Time> next = rescan_at_;
    if (Entry* entry = pool_.first_due(); entry != nullptr && (!next || *entry->due < *next))
        next = entry->due;
    return next;
}

// A death nobody knows was recorded by an engine that could not bury it any more, or is that of a
// stranger whom the guardian inherited.
void Engine::happen(const Death& death) {
    if (Entry* entry = pool_.of_pid(death.pid)) supervision_.tell(*entry, core::Exited{death.how});
    kernel_.bury(death.pid);
}

void Engine::happen(const Letters& letters) {
    if (Entry* entry = pool_.of_dir(letters.dir)) supervision_.tell(*entry, letters.bytes);
}

void Engine::happen(const Look& look) {
    if (look.name) {
        names_to_look_at_.insert(*look.name);
    } else {
        look_at_all_ = true;
    }
}

void Engine::happen(const Halt&) {
    if (std::exchange(halting_, true)) return;
    rescan_at_.reset();
    if (ready_) supervision_.halt();
}

void Engine::look_again() {
    auto names = std::exchange(names_to_look_at_, {});
    bool whole = std::exchange(look_at_all_, false) || names.size() > names_a_turn ||
                 (rescan_at_ && *rescan_at_ <= kernel_.now().boot);
    if (whole) return look(std::nullopt);
    for (const auto& name : names) look(name);
}

void Engine::look(const std::optional<std::string>& name) {
    if (halting_) return;
    if (!name) rescan_at_.reset();
    Scan scan = kernel_.scan(name);
    note_unseen(scan, name);
    if (!scan.complete) return;
    if (!name) seen_ = true;
    if (name) {
        // What the name stood for may stand there by another name: only the whole folder knows.
        const Entry* old = pool_.of_name(*name);
        bool gone = scan.found.empty();
        if (old != nullptr && (gone || old->listed.directory != scan.found[0].directory))
            return look(std::nullopt);
        if (gone) return;
    }
    std::vector<core::Supervised> supervised;
    for (Entry* entry : pool_.mains()) {
        if (name && entry->listed.directory != scan.found[0].directory) continue;
        supervised.push_back({entry->listed, entry->service.linked});
    }
    for (const Change& change : core::compare(supervised, scan.found)) apply(change);
}

// Says once what cannot be examined, looks again in a while, and does not take it for gone.
void Engine::note_unseen(Scan& scan, const std::optional<std::string>& name) {
    std::erase_if(unseen_, [&](const auto& old) {
        bool looked_at = !name || *name == old.first;
        return looked_at &&
               std::ranges::find(scan.unseen, old.first, &Unseen::name) == scan.unseen.end();
    });
    for (const Unseen& each : scan.unseen) {
        std::string line = "svscan: warning: " + each.text + ": ";
        line.append(format::error_text(each.error));
        if (std::exchange(unseen_[each.name], line) != line) kernel_.say(line);
        Entry* entry = pool_.of_name(each.name);
        if (entry != nullptr && each.error != ENOENT) scan.found.push_back(entry->listed);
    }
    if (!unseen_.empty()) rescan_in_a_while();
}

void Engine::apply(const Change& change) {
    if (change.kind == Change::Kind::appeared) return supervision_.add(change.found);
    Entry* entry = pool_.of_directory(change.found.directory);
    if (!supervision_.follow(*entry, change)) rescan_in_a_while();
}

void Engine::rescan_in_a_while() {
    if (!rescan_at_) rescan_at_ = kernel_.now().boot + rescan_interval;
}

}  // namespace hf::engine
