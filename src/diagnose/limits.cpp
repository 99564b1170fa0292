// SPDX-License-Identifier: MIT
// A limit that run sets, or that svscan was started with, which is too small for the program.
#include <algorithm>

#include "diagnose/crash.h"
#include "inspect/program.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace inspect;
using namespace text;

namespace {

constexpr std::uint64_t kilobyte = 1024;

// A program that gets too little memory even to be loaded is killed, or says so in the words of a
// missing library.
bool is_not_even_loaded(const Crash& crash) {
    const Subject& subject = crash.subject;
    const auto& launch = subject.launch;
    if (!launch || !launch->memory || !subject.user) return false;
    // Run finds its program, and what loads it gives up.
    constexpr int not_loaded = 127;
    if (launch->exec && crash.exit_result.kind == core::ExitResult::Kind::exited &&
        crash.exit_result.value == not_loaded)
        return true;
    if (!launch->address_space) return false;
    std::string path = subject.program();
    auto program = path.empty() ? std::nullopt : executable(path);
    return program && program->format == Format::binary && !program->foreign &&
           !loads_within(path, *subject.user, setting(subject.script, "LD_LIBRARY_PATH"),
                         launch->address_space->value);
}

bool is_ulimit(const Limit& limit) {
    return limit.option.starts_with("ulimit");
}

std::string more(const std::string& option, std::uint64_t value) {
    return "give it more in that line, for example: " + option + " " + std::to_string(value);
}

bool check_memory_limit(const Crash& crash, Findings& findings) {
    const auto& launch = crash.subject.launch;
    if (!launch || !launch->memory) return false;
    const LogLine* line = line_with(crash, Symptom::no_memory);
    bool has_no_threads = line_with(crash, Symptom::no_threads) != nullptr;
    if (line == nullptr && !has_no_threads && !is_not_even_loaded(crash)) return false;
    const Limit& limit = *launch->memory;
    Finding& finding =
        findings.add(Cause::memory_limit, "its memory limit is too small: " + limit.option +
                                              " gives it " + size_words(limit.value));
    finding.at(crash.subject.run_line(limit.line));
    add_evidence(crash, finding);
    if (has_no_threads) finding.because("each thread needs memory for its stack (ulimit -s)");
    if (!limit.option.ends_with('d'))
        finding.because(limit.option +
                        " limits the address space, of which node, Java, Go and others reserve far "
                        "more than they use; -d limits what they use");
    finding.remedy(more_memory(limit));
    if (line != nullptr) add_heap_remedy(*line, finding);
    return true;
}

bool check_process_limit(const Crash& crash, Findings& findings) {
    const Subject& subject = crash.subject;
    if (line_with(crash, Symptom::no_threads) == nullptr) return false;
    constexpr std::uint64_t least = 256;
    const auto& launch = subject.launch;
    bool known = launch && launch->processes;
    Finding& finding = findings.add(
        Cause::process_limit,
        known ? "it may not start enough threads and processes: " + launch->processes->option +
                    " gives it " + std::to_string(launch->processes->value)
              : "it may not start another thread or process: a limit of the system is reached");
    add_evidence(crash, finding);
    if (known) {
        finding.at(subject.run_line(launch->processes->line))
            .because("it counts all processes and threads of " +
                     (subject.user ? subject.user->name : "the user") +
                     ", also those of other services")
            .remedy(more(launch->processes->option, std::max(launch->processes->value * 2, least)));
    } else {
        const pid_t parent = std::max(subject.supervisor(), 1);
        finding.remedy("grep processes /proc/" + std::to_string(parent) +
                       "/limits; ps -eL | wc -l   # how many there may be, and are");
    }
    return true;
}

bool check_descriptor_limit(const Crash& crash, Findings& findings) {
    if (line_with(crash, Symptom::no_descriptors) == nullptr) return false;
    const auto& launch = crash.subject.launch;
    bool known = launch && launch->descriptors;
    std::string how_many = known ? ": " + launch->descriptors->option + " gives it " +
                                       std::to_string(launch->descriptors->value)
                                 : "";
    Finding& finding =
        findings.add(Cause::descriptor_limit,
                     "it may not open enough files and connections at a time" + how_many);
    if (launch)
        finding.at(crash.subject.run_line(known ? launch->descriptors->line : launch->line));
    add_evidence(crash, finding);
    finding.remedy("in run, before exec: ulimit -n 65536   (or softlimit -o 65536)");
    return true;
}

}  // namespace

std::string more_memory(const Limit& limit) {
    constexpr std::uint64_t least = 256 * kilobyte * kilobyte;
    std::uint64_t value = std::max(limit.value * 2, least);
    std::string tool = limit.option.substr(0, limit.option.find(' '));
    return more(tool + " -d", is_ulimit(limit) ? value / kilobyte : value);
}

bool check_limits(const Crash& crash, Findings& findings) {
    // What is counted is of a limit that run sets before what may be one of the system's.
    bool by_count = crash.subject.launch && crash.subject.launch->processes;
    if (by_count && check_process_limit(crash, findings)) return true;
    return check_memory_limit(crash, findings) || check_process_limit(crash, findings) ||
           check_descriptor_limit(crash, findings);
}

}  // namespace hf::diagnose
