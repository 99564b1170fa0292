// SPDX-License-Identifier: MIT
#include "people/glance.h"

#include <fnmatch.h>
#include <sys/stat.h>

#include <unordered_map>

#include "people/look/access.h"
#include "people/look/patient.h"
#include "people/look/processes.h"
#include "people/look/sockets.h"
#include "people/look/words.h"
#include "people/suggest.h"
#include "tools/tool.h"

namespace hf::people {

namespace {

bool exists(const std::string& path) {
    struct stat ignored {};
    return ::lstat(path.c_str(), &ignored) == 0;
}

bool is_pattern(const std::string& word) {
    return word.find_first_of("*?[") != std::string::npos;
}

class Measuring {
  public:
    Measuring() {
        for (const Listener& each : listeners()) listeners_.emplace(each.inode, place_of(each));
    }

    void measure(Glance& glance) {
        for (const Process* each : processes_.tree(glance.seen.pid())) {
            ++glance.processes;
            glance.memory += each->resident;
            glance.cpu += each->cpu;
            if (!listeners_.empty()) find_listeners(each->pid, glance);
        }
        auto user = user_of(glance.seen.pid());
        if (user) glance.user = name(*user);
    }

  private:
    // A socket belongs to whom it is found with first: it is not looked for twice.
    void find_listeners(pid_t pid, Glance& glance) {
        for (std::uint64_t socket : descriptors_of(pid).sockets) {
            auto found = listeners_.find(socket);
            if (found == listeners_.end()) continue;
            glance.listens.push_back(found->second);
            listeners_.erase(found);
        }
    }

    const std::string& name(unsigned user) {
        auto [entry, is_new] = names_.try_emplace(user);
        if (is_new) entry->second = name_of_user(user);
        return entry->second;
    }

    Processes processes_;
    std::unordered_map<std::uint64_t, std::string> listeners_;
    std::unordered_map<unsigned, std::string> names_;
};

std::vector<std::string> matches(const std::string& folder, const std::string& pattern) {
    auto names = services_in(folder);
    std::erase_if(names, [&](const std::string& name) {
        return ::fnmatch(pattern.c_str(), name.c_str(), 0) != 0;
    });
    return names;
}

}  // namespace

std::vector<Glance> glance(const std::string& folder, const std::vector<std::string>& names) {
    std::vector<Place> places;
    for (const std::string& name : names) places.push_back({name, path_for(folder, name)});
    std::vector<Glance> result;
    result.reserve(names.size());
    bool any_up = false;
    for (SeenPair& pair : look_at_all(places)) {
        Glance& each = result.emplace_back();
        each.seen = std::move(pair.service);
        each.logger = std::move(pair.logger);
        any_up = any_up || each.seen.up();
    }
    if (!any_up) return result;
    Measuring measuring;
    for (Glance& each : result) {
        if (each.seen.up()) measuring.measure(each);
    }
    return result;
}

std::vector<std::string> chosen(const std::string& folder, const std::vector<std::string>& words,
                                bool all) {
    if (words.empty() && all) return services_in(folder);
    std::vector<std::string> names;
    for (const std::string& word : words) {
        std::string path = path_for(folder, word);
        if (!exists(path) && is_pattern(word)) {
            auto some = matches(folder, word);
            if (some.empty()) throw Fatal{"no service in " + folder + " is called " + word};
            names.insert(names.end(), some.begin(), some.end());
            continue;
        }
        if (!exists(path)) {
            std::string meant = path == word ? "" : suggestion(word, services_in(folder));
            throw Fatal{"there is no service " + word + " in " + folder +
                        (meant.empty() ? "" : "; did you mean " + meant + "?")};
        }
        names.push_back(word.size() > 1 && word.ends_with('/') ? word.substr(0, word.size() - 1)
                                                               : word);
    }
    return names;
}

void refuse_pattern(const std::string& folder, const std::string& word) {
    if (!is_pattern(word) || exists(path_for(folder, word))) return;
    constexpr size_t enough = 5;
    auto names = matches(folder, word);
    if (names.size() > enough) {
        names.resize(enough);
        names.emplace_back("...");
    }
    throw Usage{
        "holdfast: " + word + " is a pattern, and one service is meant; " +
        (names.empty() ? "there is none that it fits" : "which one: " + joined(names) + "?")};
}

}  // namespace hf::people
