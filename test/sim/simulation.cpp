// SPDX-License-Identifier: MIT
// Plays histories of simulated machines, and says of each that broke a law how to see it again.
//
//   simulation                  everything, as ctest does: fixed scenarios with a crash, and with a
//                               fault, at every single call; some random ones; planted bugs
//   simulation --seeds A..B     random histories
//   simulation --minutes N      random histories from the last seed of --seeds on, for so long
//   simulation --seed N [-v]    one of them (-v: everything that happens)
//   simulation --scenario NAME [--crash-before N | --crash-after N | --fail-at N] [--bug NAME] [-v]
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <iostream>
#include <iterator>
#include <string_view>
#include <vector>

#include "history.h"

using namespace hf::test;

namespace {

// Of the checks of a law, faults may excuse one in so many.
constexpr std::uint64_t one_waived_in = 20;

using Clock = std::chrono::steady_clock;

constexpr std::array bugs{
    std::pair{Bug::reap_before_write, "bury-before-write"},
    std::pair{Bug::record_after_exec, "record-after-exec"},
    std::pair{Bug::spare_the_spawning, "spare-the-unborn"},
    std::pair{Bug::forget_the_boot, "forget-the-boot"},
    std::pair{Bug::forget_the_birth, "forget-the-birth"},
    std::pair{Bug::lose_deaths, "lose-deaths"},
    std::pair{Bug::lose_writes, "lose-writes"},
    std::pair{Bug::two_locks, "two-locks"},
    std::pair{Bug::close_logs_early, "close-logs-early"},
    std::pair{Bug::forget_to_halt, "forget-to-halt"},
    std::pair{Bug::forget_notes, "forget-notes"},
    std::pair{Bug::forget_the_rules, "forget-the-rules"},
    std::pair{Bug::forget_the_unborn, "forget-the-unborn"},
    std::pair{Bug::trust_any_file, "trust-any-file"},
    std::pair{Bug::miss_edits, "miss-edits"},
    std::pair{Bug::lose_answers, "lose-answers"},
    std::pair{Bug::lose_readiness, "lose-readiness"},
    std::pair{Bug::spare_the_group, "spare-the-group"},
    std::pair{Bug::ready_at_once, "ready-at-once"},
    std::pair{Bug::take_words_at_once, "take-words-at-once"},
    std::pair{Bug::forget_needs, "forget-needs"},
    std::pair{Bug::forget_the_order, "forget-the-order"},
    std::pair{Bug::forget_the_finish, "forget-the-finish"},
    std::pair{Bug::end_at_once, "end-at-once"},
};

struct Totals {
    std::uint64_t histories = 0;
    std::uint64_t calls = 0;
    std::uint64_t crashes = 0;
    std::uint64_t exits = 0;
    std::uint64_t faults = 0;
    std::uint64_t failures = 0;
    std::uint64_t named = 0;  // calls at which a crash or a fault was asked for
    std::uint64_t unmet = 0;  // ... and that cannot fail, or do not end
    hf::core::Duration time{};
    Tally laws;
};

std::string command_for(const Plot& plot) {
    std::string command = "simulation --scenario " + plot.scenario;
    command += " --seed " + std::to_string(plot.seed);
    auto add = [&](const char* option, std::uint64_t value) {
        if (value != 0) command += std::string(" ") + option + " " + std::to_string(value);
    };
    add("--crash-before", plot.crash_before);
    add("--crash-after", plot.crash_after);
    add("--fail-at", plot.fail_at);
    for (auto [bug, name] : bugs) {
        if (plot.bug == bug) command += std::string(" --bug ") + name;
    }
    return command;
}

Outcome count(const Plot& plot, Totals& totals) {
    Outcome outcome = play(plot);
    ++totals.histories;
    totals.calls += outcome.calls;
    totals.crashes += outcome.crashes;
    totals.exits += outcome.exits;
    totals.faults += outcome.faults;
    totals.time += outcome.time;
    totals.laws.add(outcome.laws);
    bool named = plot.crash_before != 0 || plot.crash_after != 0 || plot.fail_at != 0;
    if (named) ++totals.named;
    if (named && !outcome.met) ++totals.unmet;
    // Before each call the engine can die.
    if (plot.crash_before != 0 && !outcome.met && outcome.violation.empty())
        outcome.violation = "there is no such call";
    if (outcome.violation.empty()) return outcome;
    if (++totals.failures <= 20)
        std::cout << outcome.violation << ": " << command_for(plot) << std::endl;
    return outcome;
}

// Each n of the calls of `scenario`, and a seed whose history has so many.
std::vector<Plot> calls_of(const std::string& scenario) {
    std::vector<Plot> result;
    const std::uint64_t calls = play({.scenario = scenario}).calls;
    for (std::uint64_t n = 1; n <= calls; ++n) {
        bool has = play({.scenario = scenario, .seed = n}).calls >= n;
        result.push_back({.scenario = scenario, .seed = has ? n : 1, .crash_before = n});
    }
    return result;
}

// Each scenario, with the engine crashed before and after each of its calls, and with each failing.
void play_scenarios(Totals& totals) {
    for (const std::string& name : scenarios()) {
        count({.scenario = name}, totals);
        for (const Plot& plot : calls_of(name)) {
            const std::uint64_t n = plot.crash_before;
            count(plot, totals);
            count({.scenario = name, .seed = plot.seed, .crash_after = n}, totals);
            count({.scenario = name, .seed = plot.seed, .fail_at = n}, totals);
        }
    }
}

void play_seeds(std::uint64_t first, std::uint64_t last, Totals& totals) {
    for (std::uint64_t seed = first; seed <= last; ++seed) count({.seed = seed}, totals);
}

bool finds(Bug bug, const char* name) {
    constexpr std::uint64_t enough = 500;
    std::vector<Plot> plots;
    for (const std::string& scenario : scenarios()) plots.push_back({.scenario = scenario});
    for (const std::string& scenario : scenarios())
        std::ranges::copy(calls_of(scenario), std::back_inserter(plots));
    for (std::uint64_t seed = 1; seed <= enough; ++seed) plots.push_back({.seed = seed});
    for (Plot& plot : plots) {
        plot.bug = bug;
        std::string violation = play(plot).violation;
        if (violation.empty()) continue;
        std::cout << "planted bug found: " << violation << ": " << command_for(plot) << std::endl;
        return true;
    }
    std::cout << "planted bug " << name << " NOT FOUND\n";
    return false;
}

// Returns how many laws were waived too often.
int report(const Totals& totals) {
    auto days = std::chrono::duration_cast<std::chrono::hours>(totals.time).count() / 24;
    std::cout << totals.histories << " histories of " << days << " days, " << totals.calls
              << " calls, " << totals.crashes << " crashes, " << totals.faults << " faults, "
              << totals.exits << " deaths; " << totals.failures << " broke a law\n";
    if (totals.named > 0)
        std::cout << totals.named << " crashes and faults at a named call, " << totals.unmet
                  << " of them at one that cannot fail, or does not end\n";
    int excessive = 0;
    for (unsigned i = 0; i < static_cast<unsigned>(Law::count); ++i) {
        const Tally::Count& count = totals.laws.of(Law(i));
        bool is_excessive = count.waived * one_waived_in > count.checked;
        if (is_excessive) ++excessive;
        std::cout << "  " << text_of(Law(i)) << ": " << count.checked << " checked, "
                  << count.waived << (is_excessive ? " waived: TOO MANY\n" : " waived\n");
    }
    return excessive;
}

struct Options {
    Plot plot;
    bool single = false;
    std::uint64_t first = 1;
    std::uint64_t last = 0;
    long minutes = 0;
};

// What cannot be understood is said, and nothing is played.
struct Misuse {
    std::string what;
};

Bug bug_called(const std::string& value) {
    std::string names;
    for (auto [bug, name] : bugs) {
        if (value == name) return bug;
        names.append(" ").append(name);
    }
    throw Misuse{"there is no bug " + value + ", but:" + names};
}

std::string scenario_called(const std::string& value) {
    std::vector<std::string> known = scenarios();
    known.emplace_back("random");
    std::string names;
    for (const std::string& name : known) {
        if (value == name) return name;
        names.append(" ").append(name);
    }
    throw Misuse{"there is no scenario " + value + ", but:" + names};
}

std::uint64_t number_of(const std::string& value) {
    std::uint64_t number = 0;
    const char* end = value.data() + value.size();
    auto [rest, error] = std::from_chars(value.data(), end, number);
    if (error != std::errc() || rest != end || number == 0)
        throw Misuse{"not a number from 1 on: " + value};
    return number;
}

// Of one history.
constexpr std::array numbers{
    std::pair{"--seed", &Plot::seed},
    std::pair{"--crash-before", &Plot::crash_before},
    std::pair{"--crash-after", &Plot::crash_after},
    std::pair{"--fail-at", &Plot::fail_at},
};

void set(Options& options, const std::string& word, const std::string& value) {
    options.single = options.single || (word != "--seeds" && word != "--minutes");
    if (word == "--scenario") {
        options.plot.scenario = scenario_called(value);
    } else if (word == "--bug") {
        options.plot.bug = bug_called(value);
    } else if (word == "--seeds") {
        size_t dots = value.find("..");
        if (dots == std::string::npos) throw Misuse{"not A..B: " + value};
        options.first = number_of(value.substr(0, dots));
        options.last = number_of(value.substr(dots + 2));
    } else if (word == "--minutes") {
        options.minutes = static_cast<long>(number_of(value));
    } else {
        auto number = std::ranges::find(numbers, word, [](auto& each) { return each.first; });
        if (number == numbers.end()) throw Misuse{"there is no option " + word};
        options.plot.*(number->second) = number_of(value);
    }
}

Options parse(const std::vector<std::string>& words) {
    Options options;
    for (size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "-v") {
            options.plot.verbose = true;
        } else if (i + 1 == words.size()) {
            throw Misuse{words[i] + " needs a value"};
        } else {
            set(options, words[i], words[i + 1]);
            ++i;
        }
    }
    return options;
}

// One history. A call at which nothing can happen as it was asked for is a mistake.
void play_one(const Plot& plot, Totals& totals) {
    Outcome outcome = count(plot, totals);
    if (totals.unmet == 0) return;
    throw Misuse{"the history has " + std::to_string(outcome.calls) +
                 " calls, and the named one is none of them, cannot fail, or does not end"};
}

int play_everything(Totals& totals) {
    play_scenarios(totals);
    play_seeds(1, 120, totals);
    int missed = 0;
    for (auto [bug, name] : bugs) missed += finds(bug, name) ? 0 : 1;
    return missed;
}

int play(const Options& options) {
    Totals totals;
    int missed = 0;
    auto end = Clock::now() + std::chrono::minutes(options.minutes);
    const bool some = options.last != 0 || options.minutes != 0;
    if (options.single) {
        play_one(options.plot, totals);
    } else if (some) {
        play_seeds(options.first, options.last, totals);
        std::uint64_t seed = std::max(options.first, options.last);
        while (Clock::now() < end) count({.seed = ++seed}, totals);
    } else {
        missed = play_everything(totals);
    }
    int excessive = report(totals);
    if (options.single || some) excessive = 0;  // it is a bound for everything together
    return totals.failures == 0 && missed == 0 && excessive == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) try {
    return play(parse({argv + 1, argv + argc}));
} catch (const Misuse& misuse) {
    std::cerr << "simulation: " << misuse.what << "; see the head of test/sim/simulation.cpp\n";
    return 100;
}
