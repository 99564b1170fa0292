// SPDX-License-Identifier: MIT
// Memory that has run out: the kernel ends who uses most, or the program gives up by itself.
#include <csignal>

#include "people/look/kernel_log.h"
#include "people/look/memory_group.h"
#include "people/look/words.h"
#include "people/why/story.h"

namespace hf::people {

namespace {

std::string in_words(const MemoryGroup& group) {
    std::string limit = group.limit ? ", with a limit of " + size_words(*group.limit) : "";
    return "its memory group " + group.folder + limit + ": the kernel has ended " +
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

bool look_at_memory(const Story& story, Findings& findings) {
    bool killed =
        story.ending.kind == core::Ending::Kind::signaled && story.ending.value == SIGKILL;
    auto found = killed ? signs(story.subject) : std::vector<std::string>{};
    if (!found.empty()) {
        Finding& finding =
            findings.add(Cause::out_of_memory, "the kernel killed it because memory had run out");
        for (const std::string& each : found) finding.because(each);
        add_evidence(story, finding);
        finding.remedy(
            "give the machine or its container more memory, or limit what it uses: "
            "softlimit -m in run");
        return true;
    }
    if (line_with(story, Symptom::no_memory) == nullptr) return false;
    Finding& finding = findings.add(Cause::out_of_memory, "it got no memory any more, and gave up");
    add_evidence(story, finding);
    finding.remedy("free -m   # what is there, and what is used");
    return true;
}

}  // namespace hf::people
