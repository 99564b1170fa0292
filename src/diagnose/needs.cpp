// SPDX-License-Identifier: MIT
// Other services that it waits for, and why those are not there; and that it is not ready itself.
#include <fcntl.h>

#include <algorithm>

#include "control/needs.h"
#include "diagnose/chain.h"
#include "diagnose/remedy.h"
#include "format/rules.h"
#include "sys/safe_open.h"
#include "text/visible.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace control;
using namespace text;

namespace {

constexpr size_t longest_chain = 8;

// Why it is not good, of itself.
std::string trouble_with(const Unmet& other) {
    if (!other.exists) return "there is no service of this name";
    const std::string state = state_word(other.view);
    if (state == "not-ready") return "it is up, and not ready yet";
    if (state == "up" && other.view.rules.in_force.oneshot) return "it has not finished yet";
    if (state == "waiting") {
        const auto next = other.view.next_start();
        return next ? "it exited, and its next start is in " +
                          duration_words(std::chrono::ceil<std::chrono::seconds>(*next))
                    : "it waits to be started";
    }
    if (state == "crash-loop") return "it exits again and again";
    if (state == "down" && other.view.rules.in_force.oneshot) return "it has not been run";
    return "it is " + state;
}

// From one to the next that it needs, until one is there, or comes again.
class Chain {
  public:
    Chain(const Subject& subject) : scan_dir_(subject.scan_dir), path_{subject.name} {}

    void follow(const core::Waits& waits) {
        const auto others = unmet_by_name(waits, scan_dir_);
        const auto first = std::ranges::find_if(others, &Unmet::is_need);
        if (first == others.end()) return;
        is_cycle_ = std::ranges::count(path_, first->name) != 0;
        path_.push_back(first->name);
        if (is_cycle_) return;
        last_ = *first;
        if (path_.size() < longest_chain && first->exists)
            follow(format::waits_of(first->view.rules.lines, first->name));
    }

    bool is_cycle() const { return is_cycle_; }
    const Unmet& root() const { return last_; }
    // "app needs database, which needs disk".
    std::string words() const {
        std::string text = path_.front() + " needs " + path_.at(1);
        for (size_t i = 2; i < path_.size(); ++i) text += ", which needs " + path_[i];
        return text;
    }

  private:
    std::string scan_dir_;
    std::vector<std::string> path_;
    Unmet last_;
    bool is_cycle_ = false;
};

void add_way_out(const Subject& subject, const Unmet& root, Finding& finding) {
    const std::string name = shell_word(root.name);
    if (!root.exists) {
        finding.remedy("holdfast add DIRECTORY   # one called " + name)
            .remedy("or take " + name + " out of needs in " + subject.file("service.toml"));
        return;
    }
    finding.remedy("holdfast why " + name);
    if (root.view.status && root.view.status->want == 'd') finding.remedy("holdfast start " + name);
}

bool add_needs(const Subject& subject, bool waits, Findings& findings) {
    Chain chain(subject);
    chain.follow(format::waits_of(subject.view.rules.lines, subject.name));
    if (chain.is_cycle()) {
        findings
            .add(Cause::dependency_cycle,
                 chain.words() + ": none of them can be the first to start")
            .at(subject.file("service.toml"))
            .remedy("take one of these names out of needs in its service.toml");
        return true;
    }
    const Unmet& root = chain.root();
    if (root.name.empty() || (!waits && root.exists)) return false;
    Finding& finding =
        findings.add(Cause::waits_for_need, (waits ? "it waits: " : "it would wait: ") +
                                                chain.words() + ", and " + root.name +
                                                " is not there for it: " + trouble_with(root));
    if (!root.exists) finding.at(subject.file("service.toml"));
    add_way_out(subject, root, finding);
    return true;
}

// For people: what is asked, or run.
std::string words_of(const format::ReadyCheck& check) {
    if (const auto* asked = std::get_if<format::Check>(&check)) return asked->target;
    std::string words;
    for (const std::string& each : std::get<format::TimedCommand>(check).words)
        words += (words.empty() ? "" : " ") + shell_word(each);
    return visible(words);
}

std::string not_ready_words(const Subject& subject,
                            const std::optional<format::ReadyCheck>& check) {
    const RulesView& rules = subject.view.rules;
    if (check)
        return "it runs, and the check that shows whether it is ready has not succeeded: " +
               words_of(*check);
    const std::string pattern = format::ready_pattern_of(rules.lines, subject.name);
    if (!pattern.empty())
        return "it runs, and no line of its output has had the pattern " + visible(pattern) +
               " yet, which shows that it is ready";
    const std::string words = "it runs, and has not said that it is ready";
    if (rules.in_force.notifies) return words + ": no READY=1 at $NOTIFY_SOCKET";
    if (rules.in_force.ready_fd)
        return words + ": no newline at descriptor " + std::to_string(*rules.in_force.ready_fd);
    return words;
}

}  // namespace

void check_needs(const Subject& subject, Findings& findings) {
    const auto others = unmet(subject.view, subject.scan_dir);
    if (others.empty() || add_needs(subject, true, findings)) return;
    const Unmet& other = others.front();
    const auto longest = format::waits_of(subject.view.rules.lines, subject.name).wants_wait;
    findings
        .add(Cause::waits_for_need,
             "it waits for " + other.name +
                 ", which it wants to follow, for a while: " + trouble_with(other))
        .because("at most " + duration_words(std::chrono::ceil<std::chrono::seconds>(longest)) +
                 " (wants_wait)")
        .remedy("holdfast why " + shell_word(other.name));
}

void foresee_needs(const Subject& subject, Findings& findings) {
    if (!subject.view.up()) add_needs(subject, false, findings);
}

void check_ready(const Subject& subject, Findings& findings) {
    const ServiceView& view = subject.view;
    if (!view.up() || is_ready(view)) return;
    if (subject.port != 0) check_listening(subject, findings);  // that would say more
    const auto check = format::ready_check_of(view.rules.lines, subject.name);
    Finding& finding = findings.add(Cause::not_ready, not_ready_words(subject, check));
    if (check) add_places(subject, finding);
    finding.because("started " + ago_words(view.age));
    finding.because(words_of(view.said));
    const std::string found = check ? said_in(view.path).text : "";
    if (!found.empty()) finding.because("the last check: " + found);
    if (const auto& timeout = view.rules.in_force.ready_timeout)
        finding.because("after " +
                        duration_words(std::chrono::ceil<std::chrono::seconds>(*timeout)) +
                        " it is replaced ([ready] timeout)");
    finding.remedy("holdfast logs " + shell_word(subject.name) + "   # what does it do?");
}

}  // namespace hf::diagnose
