// SPDX-License-Identifier: MIT
#include "people/why/subject.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>

#include "people/look/program.h"
#include "people/look/words.h"

namespace hf::people {

namespace {

std::string without_links(const std::string& path) {
    std::array<char, PATH_MAX> target{};
    return ::realpath(path.c_str(), target.data()) != nullptr ? target.data() : path;
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
    for (const EnvDir& each : subject.launch->env_dirs) {
        if (!each.known) continue;
        Script lines;
        std::string value = contents(subject.resolved(each.text) + "/PORT");
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
    result.notes = history_of(result.entry).value_or(Notes{});
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

std::string command_for(const Subject& subject, const std::string& command) {
    std::string text = "holdfast " + command + " " + shell_word(subject.name);
    std::string usual = service_folder("");
    if (subject.by_name && subject.folder != usual)
        text += " --folder " + shell_word(subject.folder);
    return text;
}

}  // namespace hf::people
