// SPDX-License-Identifier: MIT
#include "diagnose/symptoms.h"

#include <array>
#include <regex>

#include "text/words.h"

namespace hf::diagnose {

namespace {

struct Phrase {
    std::string_view words;  // in lower case
    Symptom symptom;
};

// The first that is in the line counts: the special before the general.
constexpr std::array phrases{
    Phrase{"address already in use", Symptom::port_taken},
    Phrase{"eaddrinuse", Symptom::port_taken},
    Phrase{"address in use", Symptom::port_taken},
    Phrase{"port is already allocated", Symptom::port_taken},
    Phrase{"was already in use", Symptom::port_taken},
    Phrase{"can't start new thread", Symptom::no_threads},
    Phrase{"unable to create native thread", Symptom::no_threads},
    Phrase{"unable to create new native thread", Symptom::no_threads},
    Phrase{"failed to create new os thread", Symptom::no_threads},
    Phrase{"failed to create thread", Symptom::no_threads},
    Phrase{"can't create thread", Symptom::no_threads},
    Phrase{"pthread_create failed", Symptom::no_threads},
    Phrase{"cannot allocate memory", Symptom::no_memory},
    Phrase{"failed to map segment", Symptom::no_memory},
    Phrase{"out of memory", Symptom::no_memory},
    Phrase{"outofmemory", Symptom::no_memory},
    Phrase{"memoryerror", Symptom::no_memory},
    Phrase{"bad_alloc", Symptom::no_memory},
    Phrase{"could not reserve enough space", Symptom::no_memory},
    Phrase{"could not allocate memory", Symptom::no_memory},
    Phrase{"unable to allocate", Symptom::no_memory},
    Phrase{"memory exhausted", Symptom::no_memory},
    Phrase{"insufficient memory", Symptom::no_memory},
    Phrase{"cannot reserve arena", Symptom::no_memory},
    Phrase{"failed to reserve", Symptom::no_memory},
    Phrase{"fatal process oom", Symptom::no_memory},
    Phrase{"enomem", Symptom::no_memory},
    Phrase{"cannot fork", Symptom::no_threads},
    Phrase{"can't fork", Symptom::no_threads},
    Phrase{"fork failed", Symptom::no_threads},
    Phrase{"fork: retry", Symptom::no_threads},
    Phrase{"fork: resource temporarily", Symptom::no_threads},
    Phrase{"too many open files", Symptom::no_descriptors},
    Phrase{"emfile", Symptom::no_descriptors},
    Phrase{"error 24", Symptom::no_descriptors},
    Phrase{"while loading shared libraries", Symptom::library_missing},
    Phrase{"no space left on device", Symptom::disk_full},
    Phrase{"out of disk space", Symptom::disk_full},
    Phrase{"enospc", Symptom::disk_full},
    Phrase{"permission denied", Symptom::permission},
    Phrase{"eacces", Symptom::permission},
    Phrase{"permissionerror", Symptom::permission},
    Phrase{"access denied", Symptom::permission},
    Phrase{"accessdeniedexception", Symptom::permission},
    Phrase{"no such file", Symptom::not_found},
    Phrase{"nosuchfileexception", Symptom::not_found},
    Phrase{"command not found", Symptom::not_found},
    Phrase{"file does not exist", Symptom::not_found},
};

}  // namespace

Symptom symptom_of(std::string_view line) {
    const std::string lower = text::lower_case(line);
    for (const Phrase& phrase : phrases) {
        if (lower.find(phrase.words) == std::string::npos) continue;
        bool binds = lower.find("bind") != std::string::npos ||
                     lower.find("listen") != std::string::npos ||
                     lower.find("socket") != std::string::npos;
        if (phrase.symptom == Symptom::permission && binds) return Symptom::port_privileged;
        return phrase.symptom;
    }
    return Symptom::none;
}

std::uint16_t port_named_in(const std::string& line) {
    static const std::regex pattern(R"((?:port[ =:]*|[\]\d*.:]:|, )(\d{1,5})\b)",
                                    std::regex::icase);
    std::smatch found;
    if (!std::regex_search(line, found, pattern)) return 0;
    unsigned long port = std::stoul(found[1]);
    return port < 65536 ? static_cast<std::uint16_t>(port) : std::uint16_t{0};
}

std::vector<std::string> files_named_in(const std::string& line) {
    static const std::regex clear(R"re(['"]([^'"]+)['"]|(?:^| |unix:)(\.{0,2}/[^ '":,()]+))re");
    static const std::regex before(R"re(([^ '":,()]+): (?:permission denied|no such file))re",
                                   std::regex::icase);
    std::vector<std::string> names;
    for (std::sregex_iterator each(line.begin(), line.end(), clear), end; each != end; ++each)
        names.push_back((*each)[1].matched ? (*each)[1] : (*each)[2]);
    std::smatch found;
    if (names.empty() && std::regex_search(line, found, before)) names.push_back(found[1]);
    return names;
}

}  // namespace hf::diagnose
