// SPDX-License-Identifier: MIT
#include "cli/snapshot.h"

#include <fnmatch.h>

#include <unordered_map>

#include "control/inspect_all.h"
#include "control/needs.h"
#include "inspect/access.h"
#include "inspect/files.h"
#include "inspect/processes.h"
#include "inspect/sockets.h"
#include "program/tool.h"
#include "text/suggest.h"
#include "text/words.h"

namespace hf::cli {

using namespace control;
using namespace inspect;
using namespace text;
using namespace program;

namespace {

bool is_pattern(const std::string& word) {
    return word.find_first_of("*?[") != std::string::npos;
}

class Measuring {
  public:
    Measuring() {
        for (const Listener& each : listeners()) listeners_.emplace(each.inode, address_text(each));
    }

    void measure(Snapshot& snapshot) {
        for (const Process* each : processes_.tree(snapshot.view.pid())) {
            ++snapshot.processes;
            snapshot.memory += each->resident;
            snapshot.cpu += each->cpu;
            if (!listeners_.empty()) find_listeners(each->pid, snapshot);
        }
        auto user = user_of(snapshot.view.pid());
        if (user) snapshot.user = name(*user);
    }

  private:
    // A socket belongs to whom it is found with first: it is not looked for twice.
    void find_listeners(pid_t pid, Snapshot& snapshot) {
        for (std::uint64_t socket : descriptors_of(pid).sockets) {
            auto found = listeners_.find(socket);
            if (found == listeners_.end()) continue;
            snapshot.listens.push_back(found->second);
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

std::vector<std::string> matches(const std::string& scan_dir, const std::string& pattern) {
    auto names = services_in(scan_dir);
    std::erase_if(names, [&](const std::string& name) {
        return ::fnmatch(pattern.c_str(), name.c_str(), 0) != 0;
    });
    return names;
}

}  // namespace

Mood mood_of(const std::string& state) {
    if (state == "up") return Mood::good;
    if (state == "down" || state == "done") return Mood::idle;
    for (const char* bad :
         {"waiting", "crash-loop", "quarantined", "unsupervised", "unreachable"}) {
        if (state == bad) return Mood::bad;
    }
    return Mood::passing;
}

std::optional<unsigned> restarts_of(const ServiceView& view) {
    if (!view.record) return std::nullopt;
    unsigned starts = view.record->service.starts;
    return starts > 0 ? starts - 1 : 0;
}

std::vector<Snapshot> snapshot(const std::string& scan_dir, const std::vector<std::string>& names) {
    std::vector<ServicePath> paths;
    for (const std::string& name : names) paths.push_back({name, path_for(scan_dir, name)});
    std::vector<Snapshot> result;
    result.reserve(names.size());
    bool any_up = false;
    for (ServicePair& pair : inspect_all(paths)) {
        Snapshot& each = result.emplace_back();
        each.view = std::move(pair.service);
        each.logger = std::move(pair.logger);
        any_up = any_up || each.view.up();
        for (const Unmet& other : unmet(each.view, scan_dir)) each.waits_for.push_back(other.name);
    }
    if (!any_up) return result;
    Measuring measuring;
    for (Snapshot& each : result) {
        if (each.view.up()) measuring.measure(each);
    }
    return result;
}

std::string located(const Where& where, const std::string& word) {
    if (is_there(path_for(scan_directory(where.scan_dir), word)) || is_pattern(word)) return word;
    std::string other = other_scan_directory(where.scan_dir);
    std::string path = other.empty() ? word : path_for(other, word);
    return is_there(path) ? path : word;
}

std::vector<std::string> located(const Where& where, std::vector<std::string> words) {
    for (std::string& word : words) word = located(where, word);
    return words;
}

std::vector<std::string> chosen(const std::string& scan_dir, const std::vector<std::string>& words,
                                bool all) {
    if (words.empty() && all) return services_in(scan_dir);
    std::vector<std::string> names;
    for (const std::string& word : words) {
        std::string path = path_for(scan_dir, word);
        if (!is_there(path) && is_pattern(word)) {
            auto some = matches(scan_dir, word);
            if (some.empty()) throw Fatal{"no service in " + scan_dir + " is called " + word};
            names.insert(names.end(), some.begin(), some.end());
            continue;
        }
        if (!is_there(path)) {
            std::string meant = path == word ? "" : suggestion(word, services_in(scan_dir));
            throw Fatal{"there is no service " + word + " in " + scan_dir +
                        (meant.empty() ? "" : "; did you mean " + meant + "?")};
        }
        names.push_back(word.size() > 1 && word.ends_with('/') ? word.substr(0, word.size() - 1)
                                                               : word);
    }
    return names;
}

void refuse_pattern(const std::string& scan_dir, const std::string& word) {
    if (!is_pattern(word) || is_there(path_for(scan_dir, word))) return;
    constexpr size_t enough = 5;
    auto names = matches(scan_dir, word);
    if (names.size() > enough) {
        names.resize(enough);
        names.emplace_back("...");
    }
    throw Usage{
        "holdfast: " + word + " is a pattern, and one service is meant; " +
        (names.empty() ? "there is none that it fits" : "which one: " + joined(names) + "?")};
}

}  // namespace hf::cli
