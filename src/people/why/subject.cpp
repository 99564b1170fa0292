// SPDX-License-Identifier: MIT
#include "people/why/subject.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <climits>
#include <cstdlib>

#include "people/look/program.h"
#include "people/look/words.h"
#include "sys/clock.h"

namespace hf::people {

namespace {

using std::chrono::milliseconds;

std::string without_links(const std::string& path) {
    std::array<char, PATH_MAX> target{};
    return ::realpath(path.c_str(), target.data()) != nullptr ? target.data() : path;
}

// How long one life has lasted, on average, since its supervision began.
std::optional<std::chrono::seconds> mean_life(const format::Record& record) {
    auto supervisor = process(static_cast<pid_t>(record.session.supervisor));
    if (!supervisor || record.service.starts < 4) return std::nullopt;
    auto life = (sys::boot_time() - supervisor->born) / record.service.starts;
    return std::chrono::floor<std::chrono::seconds>(life);
}

bool changes_soon(const Seen& first, milliseconds patience) {
    constexpr int step_ms = 20;
    auto end = sys::boot_time() + patience;
    while (sys::boot_time() < end) {
        Seen now = look_at(first.name, first.path);
        if (now.pid() != first.pid()) return true;
        ::poll(nullptr, 0, step_ms);
    }
    return false;
}

// Wants to be up, and has no life that lasts.
bool lasts_not(const Seen& seen) {
    if (!seen.supervised || !seen.status) return false;
    if (!seen.up()) return seen.wants_up();
    constexpr std::chrono::seconds young(3);
    if (!seen.record) return seen.age < young && changes_soon(seen, milliseconds(1200));
    if (seen.record->service.deaths == 0) return false;
    auto life = mean_life(*seen.record);
    if (life && *life < std::chrono::seconds(60) && seen.age < 2 * *life + young) return true;
    return seen.age < young && changes_soon(seen, milliseconds(1200));
}

std::optional<Person> keeper_of(const Subject& subject) {
    if (!subject.seen.supervised) return std::nullopt;
    if (subject.supervisor() == 0) return person_named("root");
    auto user = user_of(subject.supervisor());
    return user ? person_named(name_of_user(*user)) : std::nullopt;
}

std::string inherited_path(const Seen& seen) {
    if (seen.record) {
        for (const std::string& each :
             environment_of(static_cast<pid_t>(seen.record->session.supervisor))) {
            if (each.starts_with("PATH=")) return each.substr(5);
        }
    }
    const char* own = std::getenv("PATH");
    return own != nullptr ? own : "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
}

std::uint16_t port_in_env_dirs(const Subject& subject) {
    for (const Word& word : subject.launch->env_dirs) {
        if (!word.known) continue;
        Script lines;
        std::string value = contents(subject.resolved(word.text) + "/PORT");
        value = value.substr(0, value.find_first_of("\n \t"));
        lines.variables["PORT"] = {value};
        if (!value.empty()) return port_of(lines, std::nullopt);
    }
    return 0;
}

}  // namespace

std::string Subject::resolved(const std::string& word) const {
    if (word.starts_with('/')) return word;
    std::string base = path;
    if (launch && !launch->directory.text.empty()) {
        const std::string& directory = launch->directory.text;
        base = directory.starts_with('/') ? directory : path + "/" + directory;
    }
    if (word == "." || word.empty()) return base;
    return base + "/" + (word.starts_with("./") ? word.substr(2) : word);
}

std::string Subject::program() const {
    if (!launch || launch->words.empty() || !launch->words[0].known) return "";
    const std::string& word = launch->words[0].text;
    bool has_slash = word.find('/') != std::string::npos;
    if (has_slash) return launch->directory.known || word.starts_with('/') ? resolved(word) : "";
    return find_in_path(word, search_path, person.value_or(myself()));
}

Subject subject(const std::string& folder, const std::string& word, std::uint16_t port) {
    Subject result;
    result.name = word;
    result.folder = folder;
    while (result.name.size() > 1 && result.name.ends_with('/')) result.name.pop_back();
    result.entry = path_for(folder, result.name);
    result.by_name = result.entry != result.name;
    result.path = without_links(result.entry);
    result.seen = look_at(result.name, result.entry);
    result.script_text = contents(result.path + "/run");
    result.script = parse_script(result.script_text);
    result.launch = launch_of(result.script);
    result.search_path = inherited_path(result.seen);
    std::string own_path = setting(result.script, "PATH");
    if (!own_path.empty()) result.search_path = own_path;
    result.keeper = keeper_of(result);
    result.person = result.keeper ? *result.keeper : myself();
    if (result.launch && result.launch->user && result.launch->user->known)
        result.person = person_named(result.launch->user->text);
    result.port = port_of(result.script, result.launch);
    if (result.port == 0 && result.launch) result.port = port_in_env_dirs(result);
    result.port_was_asked = port != 0;
    if (port != 0) result.port = port;
    return result;
}

bool same_file(const std::string& one, const std::string& other) {
    struct stat a {};
    struct stat b {};
    return ::stat(one.c_str(), &a) == 0 && ::stat(other.c_str(), &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

bool is_restarting(const Subject& subject) {
    return lasts_not(subject.seen);
}

std::string command_for(const Subject& subject, const std::string& command) {
    std::string text = "holdfast " + command + " " + shell_word(subject.name);
    std::string usual = service_folder("");
    if (subject.by_name && subject.folder != usual)
        text += " --folder " + shell_word(subject.folder);
    return text;
}

}  // namespace hf::people
