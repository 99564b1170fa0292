// SPDX-License-Identifier: MIT
#include "engine/engine.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "text/error_text.h"

namespace hf::engine {

namespace {

using core::Change;

// What one turn does by itself before it listens again, so that nobody waits for a crowd.
constexpr int deadlines_a_turn = 16;
// To look at more names than this, and than there are, is dearer than to read the whole scan
// directory.
constexpr size_t few_names = 8;

constexpr core::Duration rescan_interval = std::chrono::seconds(5);

// From the order to stop everything until what others wait for is told, too, whoever still runs.
constexpr core::Duration longest_order = std::chrono::seconds(60);

}  // namespace

void Engine::run() {
    look_at_all();
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
    // Looks first: what was unlinked before a command was given is to be known when it is obeyed.
    auto rest = std::ranges::stable_partition(
        happened, [](const Notice& what) { return std::holds_alternative<Rescan>(what); });
    for (auto what = happened.begin(); what != rest.begin(); ++what)
        happen(std::get<Rescan>(*what));
    look_again();
    for (const Notice& what : rest) {
        std::visit([&](const auto& each) { happen(each); }, what);
        if (left_) return;
    }
    core::Time now = kernel_.now().boot;
    if (halt_rest_at_ && *halt_rest_at_ <= now) {
        halt_rest_at_.reset();
        supervision_.halt_rest();
    }
    for (int i = 0; i < deadlines_a_turn; ++i) {
        Entry* entry = ready_ ? pool_.first_due() : pool_.first_untried();
        if (entry == nullptr || (ready_ && *entry->due > now)) break;
        if (auto name = supervision_.fire(*entry)) happen(Rescan{std::move(name)});
    }
    if (!ready_ && (seen_ || halting_) && pool_.first_untried() == nullptr) get_ready();
}

// Deaths and the command to halt concern what runs already: all that must be known first. An entry
// that could not be taken at the first attempt is not waited for, nor, for halting, a scan
// directory that cannot be read.
void Engine::get_ready() {
    ready_ = true;
    kernel_.ready();
    if (halting_) halt();
    supervision_.begin();
    if (!halting_) supervision_.miss_main();
}

void Engine::halt() {
    halt_rest_at_ = kernel_.now().boot + longest_order;
    supervision_.halt();
}

std::optional<core::Time> Engine::next_deadline() const {
    if (!ready_ && (seen_ || pool_.first_untried() != nullptr)) return core::Time::min();
    std::optional<core::Time> next = halting_ ? halt_rest_at_ : rescan_at_;
    if (!ready_) return next;  // until the scan directory can be read, nothing is tried again
    if (Entry* entry = pool_.first_due(); entry != nullptr && (!next || *entry->due < *next))
        next = entry->due;
    return next;
}

// A death nobody knows was recorded by an engine that could not reap it any more, or is that of a
// stranger whom the guardian inherited.
void Engine::happen(const Death& death) {
    Entry* entry = pool_.of_pid(death.pid);
    if (entry != nullptr) supervision_.hear_out(*entry);  // it may have become ready, at the end
    auto role = entry ? core::role_of(entry->unit.service, death.pid) : std::nullopt;
    if (role) supervision_.tell(*entry, core::Exited{*role, death.how, death.ran});
    kernel_.reap(death.pid);
}

void Engine::happen(const ControlBytes& bytes) {
    if (Entry* entry = pool_.of_dir(bytes.dir)) supervision_.tell(*entry, bytes.bytes);
}

void Engine::happen(const RulesRead& read) {
    if (Entry* entry = pool_.of_dir(read.dir)) supervision_.tell(*entry, read);
}

void Engine::happen(const ReadySaid& said) {
    if (Entry* entry = pool_.of_dir(said.dir)) supervision_.hear(*entry);
}

void Engine::happen(const StopCommandEnded& ended) {
    if (Entry* entry = pool_.of_dir(ended.dir)) supervision_.tell(*entry, core::StopCommandEnded{});
}

void Engine::happen(const Rescan& rescan) {
    if (rescan.name) {
        names_to_look_at_.insert(*rescan.name);
    } else {
        all_to_look_at_ = true;
    }
}

void Engine::happen(const Shutdown&) {
    if (std::exchange(halting_, true)) return;
    rescan_at_.reset();
    if (ready_) halt();
}

void Engine::look_again() {
    auto names = std::exchange(names_to_look_at_, {});
    if (halting_) return;
    if (names.size() > few_names + pool_.size()) all_to_look_at_ = true;
    if (rescan_at_ && *rescan_at_ <= kernel_.now().boot) all_to_look_at_ = true;
    for (auto name = names.begin(); name != names.end() && !all_to_look_at_; ++name) look_at(*name);
    if (std::exchange(all_to_look_at_, false)) look_at_all();
}

// Costs the same however many services there are.
void Engine::look_at(const std::string& name) {
    Scan scan = kernel_.scan(name);
    if (scan.errors.empty()) scan_errors_.erase(name);
    if (!say_unseen(scan).empty()) return;
    const Entry* old = pool_.of_name(name);
    const bool is_gone = scan.found.empty();
    // What the name stood for may stand there by another name: only the whole scan directory knows.
    if (old != nullptr && (is_gone || old->listed.directory != scan.found[0].directory))
        all_to_look_at_ = true;
    if (is_gone || all_to_look_at_) return;
    std::vector<core::Supervised> supervised;
    if (const Entry* entry = pool_.of_directory(scan.found[0].directory))
        supervised.push_back({entry->listed, entry->unit.service.linked});
    for (const Change& change : core::compare(supervised, scan.found)) apply(change);
}

void Engine::look_at_all() {
    rescan_at_.reset();
    Scan scan = kernel_.scan(std::nullopt);
    std::set<std::string> errors;
    for (const ScanError& each : scan.errors) errors.insert(each.name);
    std::erase_if(scan_errors_, [&](const auto& old) { return !errors.contains(old.first); });
    const std::set<std::string> unknown = say_unseen(scan);
    if (!scan.complete) return;
    seen_ = true;
    std::vector<core::Supervised> supervised;
    for (const Entry* entry : pool_.mains())
        supervised.push_back({entry->listed, entry->unit.service.linked});
    for (const Change& change : core::compare(supervised, scan.found, unknown)) apply(change);
}

// Says once what cannot be examined, and looks again in a while. Returns the names that are
// unknown.
std::set<std::string> Engine::say_unseen(const Scan& scan) {
    std::set<std::string> unknown;
    for (const ScanError& each : scan.errors) {
        std::string line = "svscan: warning: " + each.text;
        if (each.error != 0) line.append(": ").append(text::error_text(each.error));
        if (std::exchange(scan_errors_[each.name], line) != line) kernel_.say(line);
        if (each.error != ENOENT) unknown.insert(each.name);
    }
    if (!scan_errors_.empty()) rescan_in_a_while();
    return unknown;
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
