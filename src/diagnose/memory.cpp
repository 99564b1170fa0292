// SPDX-License-Identifier: MIT
// Memory that has run out: the kernel ends who uses most, or the program gives up by itself.
#include <csignal>

#include "diagnose/crash.h"
#include "inspect/kernel_log.h"
#include "inspect/memory_group.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace inspect;
using namespace text;

namespace {

std::string in_words(const MemoryGroup& group) {
    std::string limit = group.limit ? ", with a limit of " + size_words(*group.limit) : "";
    return "its memory group " + group.directory + limit + ": the kernel has killed " +
           std::to_string(group.kills) + (group.kills == 1 ? " process" : " processes") +
           " in it because memory had run out";
}

// The kernel's own words, or what it has counted. Empty: no sign of it.
std::vector<std::string> signs(const Subject& subject) {
    std::vector<std::string> found;
    std::string line = last_memory_kill(subject.program());
    if (!line.empty()) found.push_back(line);
    auto group = memory_group_of(subject.supervisor());
    if (group && group->kills > 0) found.push_back(in_words(*group));
    return found;
}

}  // namespace

bool add_heap_remedy(const LogLine& line, Finding& finding) {
    bool is_node = line.text.find("JavaScript heap") != std::string::npos;
    bool is_java = line.text.find("Java heap") != std::string::npos;
    if (is_node)
        finding.remedy("in run, give node a larger heap: node --max-old-space-size=4096");
    else if (is_java)
        finding.remedy("in run, give java a larger heap: java -Xmx4g");
    return is_node || is_java;
}

bool check_memory(const Crash& crash, Findings& findings) {
    bool killed = crash.exit_result.kind == core::ExitResult::Kind::signaled &&
                  crash.exit_result.value == SIGKILL;
    auto found = killed ? signs(crash.subject) : std::vector<std::string>{};
    if (!found.empty()) {
        Finding& finding =
            findings.add(Cause::out_of_memory, "the kernel killed it because memory had run out");
        for (const std::string& each : found) finding.because(each);
        add_evidence(crash, finding);
        finding.remedy(
            "give the machine or its container more memory, or limit what it uses: "
            "softlimit -d in run");
        return true;
    }
    const LogLine* line = line_with(crash, Symptom::no_memory);
    if (line == nullptr) return false;
    Finding& finding = findings.add(Cause::out_of_memory, "it ran out of memory, and aborted");
    add_evidence(crash, finding);
    if (!add_heap_remedy(*line, finding))
        finding.remedy("free -m   # what is there, and what is used");
    return true;
}

}  // namespace hf::diagnose
