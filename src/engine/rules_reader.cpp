// SPDX-License-Identifier: MIT
#include "engine/rules_reader.h"

#include <fcntl.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "engine/helper.h"
#include "engine/rules_file.h"
#include "sys/clock.h"
#include "sys/error.h"
#include "sys/file_status.h"
#include "sys/program.h"
#include "text/error_text.h"

namespace hf::engine {

namespace {

constexpr size_t largest_batch = 256;
constexpr size_t most_faults_said = 10;

// holdfast-rules gives up by itself sooner, unless the kernel does not let it go.
constexpr core::Duration longest_read = std::chrono::seconds(3);
constexpr core::Duration first_retry = std::chrono::seconds(5);
constexpr core::Duration last_retry = std::chrono::minutes(5);

core::Time now() {
    return core::Time(sys::boot_time());
}

// None if there is no file.
std::optional<format::FileStamp> stamp_at(const std::string& path) {
    const auto status = sys::file_status(path);
    return status ? std::optional(format::stamp_of(*status)) : std::nullopt;
}

std::string path_of(const ServiceDir& service) {
    return service.path() + "/" + format::service_file;
}

std::string called(const ServiceDir& service) {
    return service.name() + "/" + format::service_file;
}

// Empty if it is not there now.
sys::Fd supervise_of(ServiceDir& service) {
    try {
        return service.open_supervise();
    } catch (const sys::Error&) {
        return {};
    }
}

}  // namespace

RulesReader::RulesReader(sys::Poller& poller, std::uint64_t tag, Watchdog& watchdog, Say say)
    : poller_(poller),
      tag_(tag),
      watchdog_(watchdog),
      say_(std::move(say)),
      program_(sys::sibling_program("holdfast-rules")) {}

RulesReader::~RulesReader() = default;

// Null: none.
const RulesReader::Accepted* RulesReader::accepted(Dir dir) const noexcept {
    auto place = known_.find(static_cast<unsigned>(dir));
    if (place == known_.end() || !place->second.accepted) return nullptr;
    return &*place->second.accepted;
}

const core::Rules& RulesReader::of(Dir dir) const noexcept {
    const Accepted* found = accepted(dir);
    return found != nullptr ? found->rules : core::default_rules;
}

const core::Waits& RulesReader::waits_of(Dir dir) const noexcept {
    const Accepted* found = accepted(dir);
    return found != nullptr ? found->waits : core::no_waits;
}

const format::ReadyCheck* RulesReader::check_of(Dir dir) const noexcept {
    const Accepted* found = accepted(dir);
    return found != nullptr && found->check ? &*found->check : nullptr;
}

const format::Hooks* RulesReader::hooks_of(Dir dir) const noexcept {
    const Accepted* found = accepted(dir);
    return found != nullptr ? &found->hooks : nullptr;
}

const std::string& RulesReader::ready_pattern_of(Dir dir) const noexcept {
    static const std::string none;
    const Accepted* found = accepted(dir);
    return found != nullptr ? found->ready_pattern : none;
}

RulesReader::Accepted RulesReader::accepted_in(const format::ReadRules& read,
                                               const ServiceDir& service) {
    const core::Rules rules = format::rules_of(read, service.name());
    return {rules,
            format::waits_of(read.lines, service.name()),
            format::ready_check_of(read.lines, service.name()),
            format::stop_command_of(read.lines, rules, service.name()),
            format::ready_pattern_of(read.lines, service.name()),
            format::hooks_of(read.lines, service.name())};
}

const format::TimedCommand* RulesReader::stop_command_of(Dir dir) const noexcept {
    const Accepted* found = accepted(dir);
    return found != nullptr && found->stop_command ? &*found->stop_command : nullptr;
}

core::Gate RulesReader::look(Dir dir, ServiceDir& service) {
    BlockingGuard blocking(watchdog_, service.name());
    const auto stamp = stamp_at(path_of(service));
    auto place = known_.find(static_cast<unsigned>(dir));
    if (!stamp) {
        if (place != known_.end()) remove(dir, place->second);
    } else if (place == known_.end()) {
        place = known_.emplace(static_cast<unsigned>(dir), Known{&service}).first;
        if (!take(place->second, *stamp)) ask(dir, place->second, *stamp);
    } else if (place->second.state != State::asked && place->second.seen != *stamp) {
        ask(dir, place->second, *stamp);
    }
    return gate_of(dir);
}

core::Gate RulesReader::gate_of(Dir dir) const {
    auto place = known_.find(static_cast<unsigned>(dir));
    if (place == known_.end()) return core::Gate::open;
    if (place->second.state == State::asked) return core::Gate::asked;
    return place->second.accepted ? core::Gate::open : core::Gate::shut;
}

// What the engine before left. True if nothing is to be read.
bool RulesReader::take(Known& known, const format::FileStamp& stamp) {
    const sys::Fd supervise = supervise_of(*known.service);
    known.seen = stamp;
    if (take_accepted(known, supervise) == stamp) return true;
    const auto refused = rules_in(supervise, format::refused_rules);
    return refused && refused->source == stamp;
}

// Which file they were read from; none if they cannot be read now. What a later version accepted
// and this one does not act on is not left out in silence: the file is read anew, and refused.
std::optional<format::FileStamp> RulesReader::take_accepted(Known& known,
                                                            const sys::Fd& supervise) {
    const auto read = rules_in(supervise, format::accepted_rules);
    if (!read || !read->faults.empty() || !format::are_obeyed(read->lines)) return std::nullopt;
    known.accepted = accepted_in(*read, *known.service);
    return read->source;
}

void RulesReader::ask(Dir dir, Known& known, const format::FileStamp& stamp) {
    known.state = State::asked;
    known.seen = stamp;
    known.ticket = ++last_ticket_;
    asked_[known.ticket] = dir;
    queue_.push_back(known.ticket);
}

// The file is gone: it is as if it had never been there.
void RulesReader::remove(Dir dir, Known& known) {
    const sys::Fd supervise = supervise_of(*known.service);
    for (const char* name : {format::accepted_rules, format::refused_rules, format::new_rules})
        ::unlinkat(supervise.get(), name, 0);
    forget(dir);
}

void RulesReader::forget(Dir dir) {
    auto place = known_.find(static_cast<unsigned>(dir));
    if (place == known_.end()) return;
    asked_.erase(place->second.ticket);
    std::erase_if(retries_,
                  [&](const auto& each) { return each.second == static_cast<unsigned>(dir); });
    known_.erase(place);
}

// ---- the reader ----

void RulesReader::begin(std::vector<Notice>& into) {
    if (pipe_ || queue_.empty()) return;
    std::erase_if(queue_, [&](Ticket ticket) { return !asked_.contains(ticket); });
    const auto end =
        queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), largest_batch));
    batch_.assign(queue_.begin(), end);
    queue_.erase(queue_.begin(), end);
    if (batch_.empty()) return;
    answered_ = 0;
    reader_ = start();
    if (reader_ != 0) {
        limit_ = now() + longest_read;
        return poller_.add(pipe_.get(), tag_);
    }
    const std::string why = "unable to run holdfast-rules: " + std::string(text::error_text(errno));
    pipe_.reset();
    for (Ticket ticket : std::exchange(batch_, {})) answer(ticket, why, into);
}

// Of the batch. 0 if it cannot be started, with errno set.
pid_t RulesReader::start() {
    std::vector<std::string> arguments{"--write"};
    for (Ticket ticket : batch_)
        arguments.push_back(known_.at(static_cast<unsigned>(asked_.at(ticket))).service->path());
    Helper helper = start_helper(program_, std::move(arguments), false);
    pipe_ = std::move(helper.answers);
    return helper.pid;
}

void RulesReader::read(std::vector<Notice>& into) {
    std::array<char, 4096> buffer{};
    const ssize_t got =
        sys::retry([&] { return ::read(pipe_.get(), buffer.data(), buffer.size()); });
    if (got < 0) return;
    if (got == 0) return end(true, into);
    for (char each : std::string_view(buffer.data(), static_cast<size_t>(got))) {
        if (each == '\n' && answered_ < batch_.size()) answer(batch_[answered_++], "", into);
    }
    limit_ = now() + longest_read;
}

// It has ended, or is left behind: the one that it was at is at fault, if there is one.
void RulesReader::end(bool is_over, std::vector<Notice>& into) {
    pipe_.reset();
    limit_.reset();
    if (is_over) {
        sys::retry([&] { return ::waitpid(reader_, nullptr, 0); });
    } else {
        ::kill(reader_, SIGKILL);
        ended_.push_back(reader_);
    }
    reader_ = 0;
    bury();
    std::vector<Ticket> batch = std::exchange(batch_, {});
    if (answered_ == batch.size()) return;
    queue_.insert(queue_.begin(), batch.begin() + static_cast<std::ptrdiff_t>(answered_) + 1,
                  batch.end());
    answer(batch[answered_], "unable to read it: holdfast-rules took too long, or was killed",
           into);
}

void RulesReader::bury() {
    std::erase_if(ended_, [](pid_t pid) {
        return sys::retry([&] { return ::waitpid(pid, nullptr, WNOHANG); }) != 0;
    });
}

std::optional<core::Time> RulesReader::next() const {
    std::optional<core::Time> next = limit_;
    if (!retries_.empty() && (!next || retries_.begin()->first < *next))
        next = retries_.begin()->first;
    return next;
}

void RulesReader::give_up_if_due(core::Time now, std::vector<Notice>& into) {
    if (limit_ && *limit_ <= now) end(false, into);
    while (!retries_.empty() && retries_.begin()->first <= now) {
        const unsigned dir = retries_.extract(retries_.begin()).value().second;
        Known& known = known_.at(dir);
        if (known.state != State::failed) continue;
        BlockingGuard blocking(watchdog_, known.service->name());
        ask(Dir(dir), known, stamp_at(path_of(*known.service)).value_or(format::FileStamp{}));
    }
}

// ---- what came of it ----

void RulesReader::answer(Ticket ticket, const std::string& trouble, std::vector<Notice>& into) {
    auto asked = asked_.extract(ticket);
    if (!asked) return;
    const Dir dir = asked.mapped();
    Known& known = known_.at(static_cast<unsigned>(dir));
    const auto before = known.accepted;
    BlockingGuard blocking(watchdog_, known.service->name());
    try {
        if (!trouble.empty())
            fail(dir, known, trouble);
        else if (!accept(dir, known))
            fail(dir, known, "unable to read it, or to write supervise/rules.new");
    } catch (const sys::Error& error) {
        fail(dir, known, error.text() + ": " + std::string(text::error_text(error.code())));
    }
    const auto place = known_.find(static_cast<unsigned>(dir));
    const bool are_new =
        place == known_.end() ? before.has_value() : place->second.accepted != before;
    into.push_back(RulesRead{dir, gate_of(dir), are_new});
}

// False if nothing was written.
bool RulesReader::accept(Dir dir, Known& known) {
    if (!stamp_at(path_of(*known.service))) {
        remove(dir, known);
        return true;
    }
    const sys::Fd supervise = known.service->open_supervise();
    const auto read = rules_in(supervise, format::new_rules);
    if (!read) return false;
    const bool is_right = read->faults.empty();
    if (::renameat(supervise.get(), format::new_rules, supervise.get(),
                   is_right ? format::accepted_rules : format::refused_rules) < 0)
        sys::fail("unable to rename supervise/rules.new");
    known.state = State::settled;
    known.retry_delay = {};
    if (is_right) {
        ::unlinkat(supervise.get(), format::refused_rules, 0);
        known.accepted = accepted_in(*read, *known.service);
    } else {
        if (!known.accepted) take_accepted(known, supervise);
        refuse(known, *read);
    }
    return true;
}

void RulesReader::refuse(Known& known, const format::ReadRules& read) {
    const std::string file = called(*known.service);
    size_t said = 0;
    for (const std::string& fault : read.faults) {
        if (++said > most_faults_said) break;
        say_("supervise: warning: " + format::fault_words(known.service->name(), fault));
    }
    if (said > most_faults_said) say_("supervise: warning: " + file + ": ... and more");
    say_("supervise: warning: " + file +
         (known.accepted ? ": the rules accepted before it stay in force"
                         : ": the service is not started until this is mended"));
}

void RulesReader::fail(Dir dir, Known& known, const std::string& why) {
    known.state = State::failed;
    if (known.retry_delay == core::Duration::zero())
        say_("supervise: warning: " + called(*known.service) + ": " + why);
    known.retry_delay = std::clamp(2 * known.retry_delay, first_retry, last_retry);
    retries_.emplace(now() + known.retry_delay, static_cast<unsigned>(dir));
}

}  // namespace hf::engine
