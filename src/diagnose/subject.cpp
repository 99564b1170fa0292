// SPDX-License-Identifier: MIT
#include "diagnose/subject.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "config/load.h"
#include "inspect/program.h"
#include "sys/error.h"
#include "sys/name_service.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace control;
using namespace inspect;
using namespace text;

namespace {

std::optional<User> svscan_user_of(const Subject& subject) {
    if (!subject.view.supervised) return std::nullopt;
    if (subject.supervisor() == 0) return user_named("root");
    auto user = user_of(subject.supervisor());
    return user ? user_named(name_of_user(*user)) : std::nullopt;
}

// As the next start has it: by the file, or where that is refused by what was accepted before.
format::ProcessRules process_rules_of(const Subject& subject) {
    const auto user = subject.svscan_user ? subject.svscan_user->account.user : ::geteuid();
    const auto read = config::load(subject.path, user);
    if (!read) return {};
    const auto& lines = read->faults.empty() ? read->lines : subject.view.rules.lines;
    return format::process_rules(lines, subject.name).value_or(format::ProcessRules{});
}

// Whom "USER" or "USER:GROUP..." means. None if there is no such user, or that cannot be known.
std::optional<User> user_of_rules(const std::string& user) {
    const auto parts = format::user_and_groups(user);
    try {
        const auto login = sys::find_login(parts[0]);
        const auto number = sys::id_number(parts[0]);
        if (!login && !number) return std::nullopt;
        std::vector<gid_t> groups;
        for (size_t i = 1; i < parts.size(); ++i)
            groups.push_back(sys::find_group(parts[i]).value_or(login ? login->account.group : 0));
        if (groups.empty() && login) groups = sys::all_groups_of(login->name, login->account.group);
        if (groups.empty()) return std::nullopt;
        return User{login ? login->name : parts[0],
                    {login ? login->account.user : *number, groups.front()},
                    groups};
    } catch (const sys::Error&) {
        return std::nullopt;
    }
}

std::string path_of_svscan(const ServiceView& view) {
    if (view.record) {
        for (const std::string& each :
             environment_of(static_cast<pid_t>(view.record->session.supervisor))) {
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
    if (!process.cwd.empty()) base = (process.cwd.starts_with('/') ? "" : path + "/") + process.cwd;
    if (launch && !launch->directory.text.empty()) {
        const std::string& directory = launch->directory.text;
        base = directory.starts_with('/') ? directory : base + "/" + directory;
    }
    if (word == "." || word.empty()) return base;
    return base + "/" + (word.starts_with("./") ? word.substr(2) : word);
}

std::string Subject::setting(const std::string& key) const {
    bool is_there = false;
    int number = 0;
    for (const std::string& line : lines_of(contents(file("service.toml")))) {
        ++number;
        if (line.starts_with('[')) is_there = line.starts_with("[process");
        const size_t end = line.find_first_of(" \t=.");
        if (is_there && end != line.npos && line.substr(0, end) == key)
            return file("service.toml:") + std::to_string(number);
    }
    return file("service.toml");
}

bool Subject::is_in_run() const {
    if (!view.up() || !launch || !launch->exec) return false;
    auto words = arguments_of(view.pid());
    return words.size() > 1 && words.back() == "./run";
}

bool Subject::may_make(const std::string& missing) const {
    bool has_tried = view.record && view.record->service.exits > 0;
    if (has_tried || !launch) return false;
    if (launch->may_make_anything) return true;
    auto is_below = [](const std::string& one, const std::string& other) {
        return one == other || one.starts_with(other + "/");
    };
    for (const std::string& word : launch->made) {
        std::string place = word.starts_with('/') ? word : path + "/" + word;
        for (const std::string& each : {resolved(word), place}) {
            std::string made = std::filesystem::path(each).lexically_normal();
            while (made.size() > 1 && made.ends_with('/')) made.pop_back();
            std::string wanted = std::filesystem::path(missing).lexically_normal();
            if (is_below(made, wanted) || is_below(wanted, made)) return true;
        }
    }
    return false;
}

std::string Subject::program() const {
    if (!launch || launch->words.empty() || !launch->words[0].known) return "";
    const std::string& word = launch->words[0].text;
    bool has_slash = word.find('/') != std::string::npos;
    if (has_slash) return launch->directory.known || word.starts_with('/') ? resolved(word) : "";
    return find_in_path(word, search_path, user.value_or(myself()));
}

Subject subject(const std::string& scan_dir, const std::string& word, std::uint16_t port) {
    Subject result;
    result.name = word;
    result.scan_dir = scan_dir;
    while (result.name.size() > 1 && result.name.ends_with('/')) result.name.pop_back();
    result.entry = path_for(scan_dir, result.name);
    result.by_name = result.entry != result.name;
    result.path = without_links(result.entry);
    result.view = inspect_service(result.name, result.entry);
    result.notes = history_of(result.entry).value_or(Notes{});
    result.script_text = contents(result.path + "/run");
    std::string from_outside = path_of_svscan(result.view);
    result.script = parse_script(result.script_text, {{"PATH", {from_outside}}});
    result.launch = launch_of(result.script);
    std::string own_path = setting(result.script, "PATH");
    result.inherited_path = own_path.empty() ? from_outside : own_path;
    result.search_path = result.inherited_path;
    if (result.launch && result.launch->search_path.known &&
        !result.launch->search_path.text.empty())
        result.search_path = result.launch->search_path.text;
    result.svscan_user = svscan_user_of(result);
    result.process = process_rules_of(result);
    result.runner =
        result.process.user.empty() ? result.svscan_user : user_of_rules(result.process.user);
    result.user = result.svscan_user ? *result.svscan_user : myself();
    if (!result.process.user.empty()) result.user = result.runner;
    if (result.launch && result.launch->user && result.launch->user->known)
        result.user = user_named(result.launch->user->text);
    if (result.user && result.launch && result.launch->with_groups)
        result.user = with_all_groups(*result.user);
    result.port = port_of(result.script, result.launch);
    if (result.port == 0 && result.launch) result.port = port_in_env_dirs(result);
    result.port_was_asked = port != 0;
    if (port != 0) result.port = port;
    return result;
}

std::string command_for(const Subject& subject, const std::string& command) {
    std::string text = "holdfast " + command + " " + shell_word(subject.name);
    std::string usual = scan_directory("");
    if (subject.by_name && subject.scan_dir != usual)
        text += " --folder " + shell_word(subject.scan_dir);
    return text;
}

}  // namespace hf::diagnose
