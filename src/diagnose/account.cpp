// SPDX-License-Identifier: MIT
// The user that the program runs as, and the directories that this user has to get into.
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "diagnose/chain.h"
#include "diagnose/remedy.h"
#include "sys/directory.h"
#include "sys/error.h"
#include "sys/fd.h"
#include "sys/name_service.h"
#include "sys/safe_open.h"
#include "text/environment.h"
#include "text/suggest.h"
#include "text/words.h"

namespace hf::diagnose {

using namespace inspect;
using namespace text;

namespace {

void check_user(const Subject& subject, Findings& findings) {
    const Word& user = *subject.launch->user;
    bool is_number = user.text.find_first_not_of("0123456789") == std::string::npos;
    Finding& finding = findings.add(Cause::user_missing, "run starts the program as the user " +
                                                             shell_word(user.text) +
                                                             ", and there is no such user");
    finding.at(subject.run_line(subject.launch->line));
    if (is_number) {
        finding.because("setuidgid takes names, not numbers")
            .remedy("getent passwd " + user.text + "   # what is that user called?");
        return;
    }
    size_t colon = user.text.find(':');
    if (colon != std::string::npos) {
        finding.because("setuidgid takes a user alone, and gives the program that user's group")
            .remedy("in run: setuidgid " + shell_word(user.text.substr(0, colon)));
        return;
    }
    std::string meant = user_like(user.text);
    if (!meant.empty()) {
        finding.remedy("did you mean " + meant + "? in run: setuidgid " + shell_word(meant));
        return;
    }
    add_account(user.text, subject.run_line(subject.launch->line), finding);
}

Finding& add_env_dir(const std::string& place, const std::string& fault, Findings& findings) {
    return findings
        .add(Cause::env_dir_unusable, "the directory of settings (envdir) cannot be used: " + fault)
        .at(place);
}

// Where it is not known who reads, what this user may not read is no fault.
std::optional<AccessProblem> unread(const std::string& path, const std::optional<User>& reader) {
    auto found = access_problem_for(reader.value_or(myself()), path, Access::reading);
    if (found && !reader && found->error == EACCES) return std::nullopt;
    return found;
}

// envdir gives up at the first value that it cannot read.
void check_values(const Subject& subject, const std::string& path, const std::string& place,
                  const std::optional<User>& reader, Findings& findings) {
    sys::Fd directory = sys::open(path.c_str(), O_RDONLY | O_DIRECTORY);
    if (!directory) return;
    for (const std::string& name : sys::names_in(directory).value_or(std::vector<std::string>{})) {
        if (name.starts_with('.')) continue;
        std::string file = path + "/" + name;
        if (is_directory(file)) {
            add_env_dir(place, file + " is a directory, where a file with a value should be",
                        findings)
                .remedy("mv " + shell_word(file) + " /another/place/");
            return;
        }
        auto in_the_way = unread(file, reader);
        if (!in_the_way) continue;
        std::string who = reader ? reader->name : "it";
        Finding& finding =
            add_env_dir(place, sentence(*in_the_way, who, Access::reading), findings);
        if (in_the_way->error == ENOENT) finding.remedy("rm " + shell_word(file));
        add_remedy(subject, *in_the_way, reader.value_or(myself()), Access::reading, finding);
        return;
    }
}

// `place` names it; `known` reads it.
void check_env_dir(const Subject& subject, const std::string& path, const std::string& place,
                   const std::optional<User>& known, Findings& findings) {
    User reader = known.value_or(myself());
    if (!can_act_as(reader)) return;
    auto in_the_way = unread(path + "/.", known);
    if (!in_the_way) return check_values(subject, path, place, known, findings);
    if (in_the_way->path == path + "/.") in_the_way->path = path;
    if (in_the_way->error == ENOENT && subject.may_make(in_the_way->path)) return;
    Finding& finding =
        add_env_dir(place, sentence(*in_the_way, reader.name, Access::reading), findings);
    if (in_the_way->error == ENOENT)
        finding.remedy("mkdir " + shell_word(path) +
                       "   # one file a setting: its name, and in it the value");
    else
        add_remedy(subject, *in_the_way, reader, Access::reading, finding);
}

void check_env_dirs(const Subject& subject, Findings& findings) {
    for (const EnvDir& each : subject.launch->env_dirs) {
        if (!each.known || !subject.launch->directory.known) continue;
        check_env_dir(subject, subject.resolved(each.text), subject.run_line(subject.launch->line),
                      each.as_user ? subject.user : subject.runner, findings);
    }
}

void check_directory(const Subject& subject, Findings& findings) {
    if (!subject.launch->directory.known) return;
    std::string directory = subject.working_directory();
    auto missing = access_problem(directory + "/.", Access::existence);
    if (missing && missing->error != EACCES) {
        if (missing->path == directory + "/.") missing->path = directory;
        if (missing->error == ENOENT && subject.may_make(missing->path)) return;
        findings
            .add(Cause::file_missing, "run changes to a directory that it cannot use: " +
                                          sentence(*missing, "nobody", Access::searching))
            .at(subject.file("run"))
            .remedy("mkdir -p " + shell_word(directory));
        return;
    }
    auto in_the_way = access_problem_for(*subject.user, directory, Access::searching);
    if (!in_the_way) return;
    Finding& finding = findings.add(
        Cause::directory_closed, "the program's directory is closed to it: " +
                                     sentence(*in_the_way, subject.user->name, Access::searching));
    add_remedy(subject, *in_the_way, *subject.user, Access::searching, finding);
}

// ---- [process] ----

// In [process], what is no whole path is seen from the service directory.
std::string from_service(const Subject& subject, const std::string& path) {
    return path.starts_with('/') ? path : subject.file(path);
}

Finding& add_missing(const Subject& subject, const std::string& what, Findings& findings) {
    return findings
        .add(Cause::user_missing,
             "its rules start it as " + shell_word(subject.process.user) + ", and " + what)
        .at(subject.setting("user"));
}

// Whether the user and the groups are there; what cannot be known now is.
bool check_process_user(const Subject& subject, Findings& findings) {
    const auto parts = format::user_and_groups(subject.process.user);
    const std::string place = subject.setting("user");
    try {
        const auto login = sys::find_login(parts[0]);
        if (!login && !sys::id_number(parts[0])) {
            Finding& finding = add_missing(subject, "there is no such user", findings);
            const std::string meant = user_like(parts[0]);
            if (meant.empty())
                add_account(parts[0], place, finding);
            else
                finding.remedy("did you mean " + meant + "? correct the name in " + place);
            return false;
        }
        if (!login && parts.size() == 1) {
            add_missing(subject, "no account has this number, so its group is not known", findings)
                .remedy("name its group, too, in " + place + ": " + parts[0] + ":" + parts[0]);
            return false;
        }
        for (size_t i = 1; i < parts.size(); ++i) {
            if (sys::find_group(parts[i])) continue;
            add_missing(subject, "there is no group " + shell_word(parts[i]), findings)
                .remedy("correct the name in " + place);
            return false;
        }
    } catch (const sys::Error&) {
    }
    return true;
}

// What only root may do, where svscan is an ordinary user's.
void check_permission(const Subject& subject, Findings& findings) {
    const auto& svscan = subject.svscan_user;
    if (!svscan || svscan->account.user == 0) return;
    const format::ProcessRules& process = subject.process;
    const bool is_other = !process.user.empty() && subject.runner &&
                          subject.runner->account.user != svscan->account.user;
    const char* key = is_other                            ? "user"
                      : process.nice.value_or(0) < 0      ? "nice"
                      : process.oom_score.value_or(0) < 0 ? "oom_score"
                                                          : nullptr;
    if (key == nullptr) return;
    findings
        .add(Cause::not_permitted, "svscan runs as " + svscan->name +
                                       ", and only root may do what [process] " + key + " asks for")
        .at(subject.setting(key))
        .remedy("run svscan as root, or remove it from " + subject.file("service.toml"));
}

// With the eyes of `reader`, and of a file alone: what stands there may be his trap.
std::string text_of_file(const User& reader, const std::string& path) {
    constexpr size_t enough = 1024 * 1024;
    std::string text;
    struct stat status {};
    AsUser as_user(reader);
    const sys::Fd file = sys::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (file && ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode))
        sys::read_at_most(file.get(), enough, text);
    return text;
}

void check_env_file(const Subject& subject, const User& reader, Findings& findings) {
    const std::string path = from_service(subject, subject.process.env_file);
    const std::string place = subject.setting("env_file");
    if (auto in_the_way = access_problem_for(reader, path, Access::reading)) {
        Finding& finding = findings.add(Cause::env_file_unusable,
                                        "its settings (env_file) cannot be read: " +
                                            sentence(*in_the_way, reader.name, Access::reading));
        finding.at(place);
        add_remedy(subject, *in_the_way, reader, Access::reading, finding);
        if (in_the_way->error != EACCES)
            finding.remedy("put it there, or correct the name in " + place);
        return;
    }
    const char* nothing = nullptr;
    text::Environment ignored(&nothing);
    const std::string trouble = text::set_by_lines(text_of_file(reader, path), ignored);
    if (trouble.empty()) return;
    findings
        .add(Cause::env_file_unusable,
             "its settings (env_file) are wrong: " + path + ", " + trouble)
        .at(place)
        .remedy("mend " + path + ": man service.toml");
}

void check_cwd(const Subject& subject, const User& user, Findings& findings) {
    const std::string path = from_service(subject, subject.process.cwd);
    auto in_the_way = access_problem_for(user, path + "/.", Access::existence);
    if (!in_the_way) return;
    if (in_the_way->path == path + "/.") in_the_way->path = path;
    const bool is_closed = in_the_way->error == EACCES;
    if (is_closed) in_the_way->above = true;
    Finding& finding = findings.add(is_closed ? Cause::directory_closed : Cause::file_missing,
                                    "its working directory (cwd) cannot be used: " +
                                        sentence(*in_the_way, user.name, Access::searching));
    finding.at(subject.setting("cwd"));
    if (in_the_way->error == ENOENT)
        finding.remedy("mkdir -p " + shell_word(path));
    else
        add_remedy(subject, *in_the_way, user, Access::searching, finding);
}

// What has to be there before run begins.
void check_process_rules(const Subject& subject, Findings& findings) {
    const format::ProcessRules& process = subject.process;
    if (!process.user.empty() && !check_process_user(subject, findings)) return;
    check_permission(subject, findings);
    const User user = subject.runner.value_or(myself());
    if (!can_act_as(user)) return;
    if (!process.env_dir.empty())
        check_env_dir(subject, from_service(subject, process.env_dir), subject.setting("env_dir"),
                      user, findings);
    if (!process.env_file.empty()) check_env_file(subject, user, findings);
    if (!process.cwd.empty()) check_cwd(subject, user, findings);
}

}  // namespace

void check_account(const Subject& subject, Findings& findings) {
    check_process_rules(subject, findings);
    if (!subject.launch || findings.has(Cause::user_missing)) return;
    if (subject.launch->user && subject.launch->user->known && !subject.user)
        return check_user(subject, findings);
    check_env_dirs(subject, findings);
    if (subject.user && can_act_as(*subject.user)) check_directory(subject, findings);
}

}  // namespace hf::diagnose
