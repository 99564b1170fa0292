// SPDX-License-Identifier: MIT
// Plays histories of simulated machines, and says of each that broke a law how to see it again.
//
//   simulation                  everything, as ctest does: fixed scenarios with a crash, and with a
//                               fault, at every single call; some random ones; planted bugs
//   simulation --seeds A..B     random histories
//   simulation --minutes N      random histories from the last seed of --seeds on, for so long
//   simulation --seed N [-v]    one of them (-v: everything that happens)
//   simulation --scenario NAME [--crash-before N | --crash-after N | --fail-at N] [--bug NAME] [-v]
#include <array>
#include <chrono>
#include <iostream>
#include <string_view>
#include <vector>

#include "history.h"

using namespace hf::test;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::array bugs{
    std::pair{Bug::bury_before_write, "bury-before-write"},
    std::pair{Bug::record_after_exec, "record-after-exec"},
    std::pair{Bug::spare_the_unborn, "spare-the-unborn"},
    std::pair{Bug::forget_the_boot, "forget-the-boot"},
    std::pair{Bug::forget_the_birth, "forget-the-birth"},
    std::pair{Bug::lose_deaths, "lose-deaths"},
    std::pair{Bug::lose_writes, "lose-writes"},
    std::pair{Bug::two_locks, "two-locks"},
    std::pair{Bug::close_logs_early, "close-logs-early"},
    std::pair{Bug::forget_to_halt, "forget-to-halt"},
    std::pair{Bug::forget_notes, "forget-notes"},
};

struct Totals {
    std::uint64_t histories = 0;
    std::uint64_t calls = 0;
    std::uint64_t crashes = 0;
    std::uint64_t deaths = 0;
    std::uint64_t failures = 0;
    hf::core::Duration time{};
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
    totals.deaths += outcome.deaths;
    totals.time += outcome.time;
    if (outcome.violation.empty()) return outcome;
    if (++totals.failures <= 20)
        std::cout << outcome.violation << ": " << command_for(plot) << std::endl;
    return outcome;
}

// Each scenario, with the engine crashed before and after each of its calls, and with each failing.
void play_scenarios(Totals& totals) {
    for (const std::string& name : scenarios()) {
        Plot plot{.scenario = name};
        std::uint64_t calls = count(plot, totals).calls;
        for (std::uint64_t n = 1; n <= calls; ++n) {
            count({.scenario = name, .seed = n, .crash_before = n}, totals);
            count({.scenario = name, .seed = n, .crash_after = n}, totals);
            count({.scenario = name, .seed = n, .fail_at = n}, totals);
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

void report(const Totals& totals) {
    auto days = std::chrono::duration_cast<std::chrono::hours>(totals.time).count() / 24;
    std::cout << totals.histories << " histories of " << days << " days, " << totals.calls
              << " calls, " << totals.crashes << " crashes, " << totals.deaths << " deaths; "
              << totals.failures << " broke a law\n";
}

struct Options {
    Plot plot;
    bool single = false;
    std::uint64_t first = 1;
    std::uint64_t last = 0;
    long minutes = 0;
};

bool parse(const std::vector<std::string>& words, Options& options) {
    for (size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "-v") {
            options.plot.verbose = true;
            continue;
        }
        if (++i == words.size()) return false;
        const std::string& value = words[i];
        bool one = word != "--seeds" && word != "--minutes";
        options.single = options.single || one;
        if (word == "--scenario") {
            options.plot.scenario = value;
        } else if (word == "--bug") {
            for (auto [bug, name] : bugs) {
                if (value == name) options.plot.bug = bug;
            }
        } else if (word == "--seeds") {
            size_t dots = value.find("..");
            if (dots == std::string::npos) return false;
            options.first = std::stoull(value);
            options.last = std::stoull(value.substr(dots + 2));
        } else {
            std::uint64_t number = std::stoull(value);
            if (word == "--minutes") options.minutes = static_cast<long>(number);
            if (word == "--seed") options.plot.seed = number;
            if (word == "--crash-before") options.plot.crash_before = number;
            if (word == "--crash-after") options.plot.crash_after = number;
            if (word == "--fail-at") options.plot.fail_at = number;
        }
    }
    return true;
}

int play_everything(Totals& totals) {
    play_scenarios(totals);
    play_seeds(1, 120, totals);
    int missed = 0;
    for (auto [bug, name] : bugs) missed += finds(bug, name) ? 0 : 1;
    return missed;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    if (!parse({argv + 1, argv + argc}, options)) {
        std::cerr << "see the head of test/sim/simulation.cpp\n";
        return 100;
    }
    Totals totals;
    int missed = 0;
    auto end = Clock::now() + std::chrono::minutes(options.minutes);
    if (options.single) {
        count(options.plot, totals);
    } else if (options.last != 0 || options.minutes != 0) {
        play_seeds(options.first, options.last, totals);
        std::uint64_t seed = std::max(options.first, options.last);
        while (Clock::now() < end) count({.seed = ++seed}, totals);
    } else {
        missed = play_everything(totals);
    }
    report(totals);
    return totals.failures == 0 && missed == 0 ? 0 : 1;
}
